"""The command line: run, demo, check, graph, play. Exit codes: 0 as wanted, 1 failed while running, 2 cannot start."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import logs
from bot.config import load
from bot.config_problems import ConfigError
from bot.flow import FlowError
from bot.flow import load as load_flow
from bot.flow.report import report as flow_report
from bot.intake import TokenRejected
from bot.serve import serve
from bot.services.engines import DatabaseProblem

#: What an operator can mend before the next start; the text says how.
CANNOT_START = (ConfigError, FlowError, DatabaseProblem)


def arguments() -> argparse.ArgumentParser:
    """What the command understands."""
    parser = argparse.ArgumentParser(prog="frontdesk", description="A Telegram bot that is its own dashboard.")
    commands = parser.add_subparsers(required=True, metavar="command")
    run = commands.add_parser("run", help="run the bot")
    run.add_argument("--config", type=Path, default=Path("config.toml"), help="default: config.toml")
    run.set_defaults(work=_run)
    demo = commands.add_parser("demo", help="run the bot against a Telegram of its own, in the browser")
    demo.add_argument("--port", type=_port, default=8080, help="default: 8080")
    demo.add_argument("--data", type=Path, default=Path("demo-data"), help="where all is kept (default: demo-data)")
    demo.add_argument("--flow", type=Path, default=Path("flow.example.toml"), help="default: flow.example.toml")
    demo.set_defaults(work=_demo)
    check = commands.add_parser("check", help="say everything that is wrong with a flow")
    check.add_argument("flow", type=Path)
    check.set_defaults(work=_check)
    graph = commands.add_parser("graph", help="print the ways through a flow as Mermaid draws them")
    graph.add_argument("flow", type=Path)
    graph.set_defaults(work=_graph)
    schema = commands.add_parser("schema", help="print the JSON Schema of flows, for editors")
    schema.set_defaults(work=_schema)
    play = commands.add_parser("play", help="talk with a flow in the terminal")
    play.add_argument("--language", help='as somebody of this language, such as "de"')
    play.add_argument("flow", type=Path)
    play.set_defaults(work=_play)
    return parser


def _port(written: str) -> int:
    """A port. Raises ArgumentTypeError."""
    if written.isdecimal() and 0 < int(written) < 65536:
        return int(written)
    raise argparse.ArgumentTypeError(f"{written} is not a port; choose one from 1 to 65535")


def main(given: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    chosen = arguments().parse_args(given)
    try:
        work: Callable[[argparse.Namespace], int] = chosen.work
        return work(chosen)
    except CANNOT_START as problem:
        _complain(str(problem))
        return 2
    except TokenRejected as problem:
        _complain(str(problem))
        return 1
    except KeyboardInterrupt:
        return 0


def _run(given: argparse.Namespace) -> int:
    config = load(given.config)
    secrets = [config.telegram.token, config.telegram.webhook.secret_token]
    logs.configure(config.log.level, config.log.format, [secret.get_secret_value() for secret in secrets])
    try:
        return _until_stopped(lambda stop: serve(config, stop))
    except OSError as error:
        webhook = config.telegram.webhook
        _complain(f"The webhook cannot listen at {webhook.listen}:{webhook.port}: {error.strerror or error}.")
        return 2


def _demo(given: argparse.Namespace) -> int:
    from bot.demo import demo  # the local Telegram is needed for nothing else

    logs.configure("warning", "text")
    try:
        return _until_stopped(lambda stop: demo(given.port, given.data, given.flow, stop, _say))
    except OSError as error:
        where = f"port {given.port} and the folder {given.data}"
        _complain(f"The demo cannot use {where}: {error.strerror or error}. Choose others with --port and --data.")
        return 2


def _check(given: argparse.Namespace) -> int:
    flow = load_flow(given.flow)
    for warning in flow.warnings:
        _say(f"  {warning}")
    _say(f"{given.flow} is fine: {len(flow.blocks)} blocks, {len(flow.variables)} variables.")
    for line in flow_report(flow):
        _say(line)
    return 0


def _graph(given: argparse.Namespace) -> int:
    from bot.flow.graph import mermaid

    _say(mermaid(load_flow(given.flow)).rstrip())
    return 0


def _schema(given: argparse.Namespace) -> int:
    from bot.flow.json_schema import written

    _say(written().rstrip())
    return 0


def _play(given: argparse.Namespace) -> int:
    from bot.flow.play import play
    from bot.services.phrases import phrases

    language: str | None = given.language
    play(
        load_flow(given.flow),
        _read_line,
        _say,
        lambda: datetime.now(UTC),
        language=language,
        phrases=phrases(language),
    )
    return 0


def _until_stopped(work: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> int:
    """Run until Ctrl-C or a polite kill; a second Ctrl-C ends it at once."""

    async def main() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for wanted in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(wanted, _stop, stop, loop)
        await work(stop)

    asyncio.run(main())
    return 0


def _stop(stop: asyncio.Event, loop: asyncio.AbstractEventLoop) -> None:
    stop.set()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        loop.remove_signal_handler(wanted)


def _read_line() -> str | None:
    with contextlib.suppress(EOFError):
        return input("> ")
    return None


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def _complain(words: str) -> None:
    sys.stderr.write(words + "\n")


if __name__ == "__main__":
    sys.exit(main())
