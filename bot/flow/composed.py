"""A message composed in the chat: kept as a value, filled for one person when it goes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from html import unescape

from bot.flow.content import Content, Kind, Option
from bot.flow.display import html, words
from bot.flow.markup import CAPTION_LIMIT, TEXT_LIMIT, plain
from bot.flow.reader import LANGUAGE
from bot.flow.walk import Walk
from bot.flow.wording import Slot, Text, parse_parts

_LABEL_LIMIT = 64


@dataclass(frozen=True, slots=True)
class Composed:
    """One message in one or several languages; "" is the version for everybody else."""

    versions: Mapping[str, Content]

    def of(self, language: str | None) -> Content | None:
        """The version for a language: exact, else without its country, else the one for everybody else."""
        wanted = (language or "").lower().replace("_", "-")
        found = self.versions.get(wanted) or self.versions.get(wanted.partition("-")[0])
        return found or self.versions.get("")

    def fill(self, walk: Walk) -> Content:
        """The message as the person of this walk gets it. Raises LookupError where there is none for everybody else."""
        content = self.of(walk.person.language)
        if content is None:
            raise LookupError("this message has no version for everybody else")
        limit = TEXT_LIMIT if content.kind is Kind.TEXT else CAPTION_LIMIT
        rows = tuple(tuple(_filled(walk, option) for option in row) for row in content.rows)
        filled = html(walk, _text(content.text), limit) if content.text else ""
        return replace(content, text=filled, rows=rows)


def is_language(written: str) -> bool:
    """Whether this names a language: "de", "pt-br"."""
    return LANGUAGE.fullmatch(written) is not None


def slots(content: Content) -> list[str]:
    """The variables that a message and its buttons name. Raises WordingError for a brace that names none."""
    texts = [_text(content.text), *(_text(option.label) for row in content.rows for option in row)]
    return [slot.name for text in texts for slot in text.slots()]


def too_long(content: Content) -> int | None:
    """The limit that the words of a message exceed, if they do."""
    limit = TEXT_LIMIT if content.kind is Kind.TEXT else CAPTION_LIMIT
    return limit if len(plain(content.text)) > limit else None


def _filled(walk: Walk, option: Option) -> Option:
    return replace(option, label=words(walk, _text(option.label), _LABEL_LIMIT) or "…")


@lru_cache(maxsize=256)
def _text(written: str) -> Text:
    """The text with its places for variables; what stands there otherwise is escaped where it is filled in."""
    parts = parse_parts(written)
    return Text((("", tuple(_plain_default(part) if isinstance(part, Slot) else part for part in parts)),))


def _plain_default(slot: Slot) -> Slot:
    return replace(slot, default=unescape(slot.default))
