"""The command line. Exit codes: 0 as wanted, 1 failed while running, 2 cannot start."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from bot import __version__, commands, memory
from bot.commands.terminal import complain
from bot.flow.problems import FlowError
from bot.problem import CannotStart, TokenRejected


def arguments(wanted: str | None = None) -> argparse.ArgumentParser:
    """What the command line understands: all of it, or what concerns one command that is known."""
    parser = argparse.ArgumentParser(prog="frontdesk", description="A Telegram bot that is its own dashboard.")
    parser.add_argument("--version", action="version", version=f"frontdesk {__version__}")
    commands.declare(parser.add_subparsers(required=True, metavar="command"), wanted)
    return parser


def main(given: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    given = sys.argv[1:] if given is None else given
    with memory.loading():
        chosen = arguments(given[0] if given else None).parse_args(given)
    try:
        work: Callable[[argparse.Namespace], int] = chosen.work
        return work(chosen)
    except (CannotStart, FlowError) as problem:
        complain(str(problem))
        return 2
    except TokenRejected as problem:
        complain(str(problem))
        return 1
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
