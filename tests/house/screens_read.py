"""How a screen is read: by whoever cannot see its signs, and by an app that looks for the direction of each line."""

from __future__ import annotations

import re
import unicodedata

from bot.flow.markup import plain

#: What stands for no value at all.
NOTHING = ("—", "–", "…")


def ours(text: str) -> list[str]:
    """The lines that are not somebody's words alone: in a quote, or to be copied."""
    return plain(re.sub(r"<(blockquote|pre|code)\b.*?</\1>", "", text, flags=re.DOTALL)).splitlines()


def wordless(text: str) -> bool:
    """Whether there are signs and no word: an emoji alone says nothing to whoever reads it otherwise."""
    said = text.strip()
    return bool(said) and said not in NOTHING and not any(letter.isalnum() for letter in said)


def turned(text: str) -> list[str]:
    """Lines that a right-to-left name would turn."""
    return [line for line in ours(text) if first_strong(line) in ("R", "AL")]


def first_strong(line: str) -> str:
    """The direction of a line's first letter that has one: some apps look for it inside of isolates too."""
    found = (direction for letter in line if (direction := unicodedata.bidirectional(letter)) in ("L", "R", "AL"))
    return next(found, "L")
