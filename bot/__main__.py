"""The command line. Exit codes: 0 as wanted, 1 failed while running, 2 cannot start."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from bot import __version__
from bot.commands import admin, backup, doctor, flow, init, move, run, webhook
from bot.commands.terminal import complain
from bot.config_problems import ConfigError
from bot.failpoints import FailpointProblem
from bot.flow import FlowError
from bot.intake import TokenRejected
from bot.services.engines import DatabaseProblem
from bot.watch_server import PortTaken

#: What an operator can mend before the next start; the text says how.
CANNOT_START = (ConfigError, FlowError, DatabaseProblem, PortTaken, FailpointProblem)


def arguments() -> argparse.ArgumentParser:
    """What the command understands."""
    parser = argparse.ArgumentParser(prog="frontdesk", description="A Telegram bot that is its own dashboard.")
    parser.add_argument("--version", action="version", version=f"frontdesk {__version__}")
    commands = parser.add_subparsers(required=True, metavar="command")
    for noun in (run, init, doctor, backup, move, admin, webhook, flow):
        noun.declare(commands)
    return parser


def main(given: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    chosen = arguments().parse_args(given)
    try:
        work: Callable[[argparse.Namespace], int] = chosen.work
        return work(chosen)
    except CANNOT_START as problem:
        complain(str(problem))
        return 2
    except TokenRejected as problem:
        complain(str(problem))
        return 1
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
