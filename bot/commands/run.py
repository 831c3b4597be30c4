"""run and demo: the bot at work, for Telegram or for a Telegram of its own."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot import logs
from bot.commands.terminal import Commands, complain, port, say, until_stopped, with_config
from bot.config import load
from bot.example import example
from bot.serve import serve


def declare(commands: Commands) -> None:
    """Add the commands."""
    run = with_config(commands.add_parser("run", help="run the bot"))
    run.set_defaults(work=_run)
    demo = commands.add_parser("demo", help="run the bot against a Telegram of its own, in the browser")
    demo.add_argument("--port", type=port, default=8080, help="default: 8080")
    demo.add_argument("--data", type=Path, default=Path("demo-data"), help="where all is kept (default: demo-data)")
    demo.add_argument("--flow", type=Path, default=example("flow.example.toml"), help="default: the library's")
    demo.set_defaults(work=_demo)


def _run(given: argparse.Namespace) -> int:
    config = load(given.config)
    secrets = [config.telegram.token, config.telegram.webhook.secret_token]
    logs.configure(config.log.level, config.log.format, [secret.get_secret_value() for secret in secrets])
    try:
        return until_stopped(lambda stop: serve(config, stop))
    except OSError as error:
        webhook = config.telegram.webhook
        complain(f"The webhook cannot listen at {webhook.listen}:{webhook.port}: {error.strerror or error}.")
        return 2


def _demo(given: argparse.Namespace) -> int:
    from bot.demo import demo  # the local Telegram is needed for nothing else

    logs.configure("warning", "text")
    try:
        return until_stopped(lambda stop: demo(given.port, given.data, given.flow, stop, say))
    except OSError as error:
        where = f"port {given.port} and the folder {given.data}"
        complain(f"The demo cannot use {where}: {error.strerror or error}. Choose others with --port and --data.")
        return 2
