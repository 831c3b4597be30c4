"""run and demo: the bot at work, for Telegram or for a Telegram of its own."""

from __future__ import annotations

import argparse
import asyncio
import signal
from pathlib import Path

from bot import failpoints, logs, systemd
from bot.app import Running
from bot.commands.terminal import Commands, complain, port, say, until_stopped, with_config
from bot.config import Config, load
from bot.example import example
from bot.installation import log_as, reload
from bot.serve import serve
from bot.worker import not_for_workers


def declare(commands: Commands) -> None:
    """Add the commands."""
    run = with_config(commands.add_parser("run", help="run the bot"))
    run.add_argument("--worker", action="store_true", help="one of several on one PostgreSQL, behind one webhook")
    run.set_defaults(work=_run)
    demo = commands.add_parser("demo", help="run the bot against a Telegram of its own, in the browser")
    demo.add_argument("--port", type=port, default=8080, help="default: 8080")
    demo.add_argument("--data", type=Path, default=Path("demo-data"), help="where all is kept (default: demo-data)")
    demo.add_argument("--flow", type=Path, default=example("flow.example.toml"), help="default: the library's")
    demo.set_defaults(work=_demo)


def _run(given: argparse.Namespace) -> int:
    failpoints.arm()
    config = load(given.config)
    if given.worker and (wrong := not_for_workers(config)):
        complain(wrong)
        return 2
    log_as(config)
    try:
        return until_stopped(
            lambda stop: serve(config, stop, lambda bot: _at_work(bot, config, given.config), worker=given.worker)
        )
    except OSError as error:
        webhook = config.telegram.webhook
        complain(f"The webhook cannot listen at {webhook.listen}:{webhook.port}: {error.strerror or error}.")
        return 2


def _at_work(bot: Running, config: Config, path: Path) -> None:
    """Tell systemd, and read the config again whenever SIGHUP says so."""
    holds = [config]

    async def again() -> None:
        holds[0] = await reload(bot.house, holds[0], path)

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGHUP, lambda: bot.house.background.run(again(), "reading the config again"))
    systemd.notify("READY=1")


def _demo(given: argparse.Namespace) -> int:
    from bot.demo import demo  # the local Telegram is needed for nothing else

    logs.configure("warning", "text")
    try:
        return until_stopped(lambda stop: demo(given.port, given.data, given.flow, stop, say))
    except OSError as error:
        where = f"port {given.port} and the folder {given.data}"
        complain(f"The demo cannot use {where}: {error.strerror or error}. Choose others with --port and --data.")
        return 2
