"""Numbers as people write them."""

from __future__ import annotations

from babel.numbers import format_decimal

from bot.ui.html import Words


def written(number: float, language: str) -> Words:
    """ "12,345"."""
    return Words(format_decimal(number, locale=language))


def bounded(number: int, exact: bool, language: str) -> Words:
    """A count that may be a lower bound: "812", "3,000+"."""
    return written(number, language) if exact else Words(f"{written(number, language)}+")


def capped(number: int, cap: int, language: str) -> Words:
    """A count that is exact up to `cap`: "812", "10,000+"."""
    return bounded(min(number, cap), number <= cap, language)
