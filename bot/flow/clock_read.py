"""Reading times of day: `09:00:00` as TOML has them, or "09:00" as a text."""

from __future__ import annotations

from datetime import time

from bot.flow.reader import Node
from bot.sentences import Sentence


def read_clock(node: Node, key: str) -> time | None:
    """A time of day, as TOML writes it or as a text."""
    value = node.raw(key)
    found = clock_of(value)
    if found is None and value is not None:
        node.wrong(key, Sentence('"{key}" must be a time, such as "09:00"', key=key))
    return found


def clock_of(value: object) -> time | None:
    """A value of the file as a time of day; None where it is none."""
    try:
        found = time.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return None
    return found.replace(tzinfo=None) if isinstance(found, time) else None
