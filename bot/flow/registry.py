"""The list of checks: `@linter` puts a function on it."""

from __future__ import annotations

from collections.abc import Callable

from bot.flow.book import Book
from bot.flow.schema import Flow

#: Looks at a flow and notes in the book what is wrong.
Linter = Callable[[Flow, Book], None]

LINTERS: list[Linter] = []


def linter(check: Linter) -> Linter:
    """Run this check at every load."""
    LINTERS.append(check)
    return check
