"""move: from a SQLite file to PostgreSQL."""

from __future__ import annotations

import argparse

from bot.commands.terminal import Commands, say, with_config
from bot.config import load
from bot.services.move import move


def declare(commands: Commands) -> None:
    """Add the command."""
    command = with_config(commands.add_parser("move", help="copy everything from the SQLite file to PostgreSQL"))
    command.add_argument("--to", required=True, metavar="URL", help="an empty database: postgresql://user@host/name")
    command.set_defaults(work=_move)


def _move(given: argparse.Namespace) -> int:
    source = load(given.config).database.url.get_secret_value()
    rows = move(source, given.to, lambda table, count: say(f"  {table}: {count:,}"))
    say(f"{rows:,} rows are there, and the same. Put the new address into [database] url, then start the bot.")
    return 0
