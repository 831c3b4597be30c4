"""Pictures. The libraries that draw are an extra (`charts`): without them the bot runs, and says what is missing."""

from __future__ import annotations

from importlib.util import find_spec

_NEEDED = ("matplotlib", "igraph")


def available() -> bool:
    """Whether pictures can be drawn here."""
    return all(find_spec(name) is not None for name in _NEEDED)
