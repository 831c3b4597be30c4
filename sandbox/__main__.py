"""The command line: python -m sandbox."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from sandbox.departures import DepartedFromSpecification
from sandbox.server import Sandbox
from sandbox.settings import TOKEN, Game, Rates, Settings


def arguments() -> argparse.ArgumentParser:
    """What the command understands."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A local Telegram for one bot.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default: this machine only)")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--data", type=Path, help="folder in which the world is kept; without it all is forgotten")
    parser.add_argument("--token", default=TOKEN, help="the bot's token (default: the sandbox's own)")
    parser.add_argument("--username", default=Settings().username, help="the bot's username")
    parser.add_argument("--name", default=Settings().name, help="the bot's name")
    parser.add_argument("--rate", action="store_true", help="refuse with 429 what is sent faster than Telegram allows")
    parser.add_argument("--see-all", action="store_true", help="privacy mode off: the bot sees all that groups write")
    parser.add_argument("--no-inline", action="store_true", help="inline mode off: @bot and words ask nothing")
    parser.add_argument(
        "--game", action="append", default=[], nargs=3, metavar=("NAME", "TITLE", "TEXT"), help="a game the bot has"
    )
    parser.add_argument(
        "--strict", action="store_true", help="end with 1 where the bot departed from the specification"
    )
    parser.add_argument("--log-size", type=int, default=Settings().log_size, help="calls kept in the log")
    parser.add_argument(
        "--allow-host", action="append", default=[], help="a further name under which the page is opened"
    )
    return parser


def settings(given: argparse.Namespace) -> Settings:
    """The settings that the command line asks for."""
    return Settings(
        token=given.token,
        username=given.username,
        name=given.name,
        data=given.data,
        rates=Rates() if given.rate else None,
        privacy=not given.see_all,
        inline=not given.no_inline,
        games=tuple(Game(*words) for words in given.game),
        strict=given.strict,
        log_size=given.log_size,
        hosts=tuple(given.allow_host),
    )


async def serve(given: argparse.Namespace) -> None:
    """Run until a signal asks to stop."""
    stop = asyncio.Event()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(wanted, stop.set)
    async with Sandbox(settings(given), host=given.host, port=given.port) as sandbox:
        sys.stdout.write(f"A local Telegram is at {sandbox.url}\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> int:
    """The command; 2 where the address cannot be used, 1 where --strict found departures."""
    given = arguments().parse_args()
    try:
        asyncio.run(serve(given))
    except DepartedFromSpecification as departed:
        sys.stderr.write(f"The bot or this sandbox departed from the specification:\n{departed}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"The sandbox cannot listen at {given.host}:{given.port}: {error.strerror}.\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
