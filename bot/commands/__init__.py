"""The commands, a file per noun. Which file has which stands here, so that a command loads only what it needs."""

from __future__ import annotations

from importlib import import_module

from bot.commands.terminal import Commands

#: The file in which each command is declared, in the order of `--help`.
FILES = {
    "run": "run",
    "demo": "run",
    "init": "init",
    "doctor": "doctor",
    "backup": "backup",
    "restore": "backup",
    "move": "move",
    "admin": "admin",
    "webhook": "webhook",
    "check": "flow",
    "graph": "flow",
    "schema": "flow",
    "play": "flow",
}


def declare(commands: Commands, wanted: str | None) -> None:
    """Add the command that is wanted and those of its file; all of them where none is, or none of that name."""
    for name in dict.fromkeys([FILES[wanted]] if wanted in FILES else FILES.values()):
        import_module(f"bot.commands.{name}").declare(commands)
