"""Talking with whoever sits at the terminal, and running until they have had enough."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import getpass
import signal
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeAlias

from bot import systemd

#: Where the commands are declared.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def with_config(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Let a command take the path of the config."""
    command.add_argument("--config", type=Path, default=Path("config.toml"), help="default: config.toml")
    return command


def port(written: str) -> int:
    """A port. Raises ArgumentTypeError."""
    if written.isdecimal() and 0 < int(written) < 65536:
        return int(written)
    raise argparse.ArgumentTypeError(f"{written} is not a port; choose one from 1 to 65535")


def until_stopped(work: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> int:
    """Run until Ctrl-C or a polite kill; a second Ctrl-C ends it at once. Returns the exit code 0."""

    async def main() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for wanted in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(wanted, _stop, stop, loop)
        await work(stop)

    asyncio.run(main())
    return 0


def _stop(stop: asyncio.Event, loop: asyncio.AbstractEventLoop) -> None:
    systemd.notify("STOPPING=1")
    stop.set()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        loop.remove_signal_handler(wanted)


def read_line(prompt: str = "> ") -> str | None:
    """What is typed; None: nobody types any more."""
    with contextlib.suppress(EOFError):
        return input(prompt)
    return None


def read_secret(prompt: str) -> str | None:
    """What is typed, without showing it on a terminal."""
    if not sys.stdin.isatty():
        return read_line(prompt)
    with contextlib.suppress(EOFError):
        return getpass.getpass(prompt)
    return None


def say(words: str) -> None:
    """One line for whoever reads."""
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def complain(words: str) -> None:
    """One line about what is wrong."""
    sys.stderr.write(words + "\n")
