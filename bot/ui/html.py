"""Text for a screen that cannot break out of its place: the only way to make HTML here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from html import unescape
from typing import LiteralString

from bot.flow.markup import TEXT_LIMIT, broken, clean, defused, escape, plain, shorten, tame, unlinked

#: A name on one line of a phone.
NAME_LIMIT = 32
#: A quoted text in a list or card.
QUOTE_LIMIT = 600
#: What a name without a visible letter is shown as.
NAMELESS = "—"

#: First-strong isolate and its end: a right-to-left name cannot turn the words around it.
_ISOLATE, _END = "\u2068", "\u2069"
#: Left-to-right mark: apps that look for the direction of a line inside of isolates too find this one first. All
#: languages that the bot itself speaks run from left to right.
_LEFT_TO_RIGHT = "\u200e"
_FROM_THE_RIGHT = frozenset({"R", "AL"})
#: Tags of a text that is Telegram's HTML, and those of links.
_TAGS = re.compile(r"(<[^>]*>)")
_ANCHOR = re.compile(r"<a href=[\"']?([^\"'>]*)[\"']?>")


class Html(str):
    """Text with markup of ours and nobody else's. Made by `html`, `join` and their kin only."""

    __slots__ = ()


class Words(str):
    """Plain text that is cleaned already: no control or direction marks but those we set ourselves."""

    __slots__ = ()


def words(text: str) -> Words:
    """A text from anywhere, cleaned once."""
    return text if isinstance(text, Words) else Words(clean(text))


def html(template: LiteralString, /, *values: object, **named: object) -> Html:
    """A template of ours with its `{}` filled: `Html` as it is, everything else cleaned and escaped."""
    return Html(template.format(*map(_safe, values), **{name: _safe(value) for name, value in named.items()}))


def join(separator: LiteralString, parts: Iterable[Html | None]) -> Html:
    """The parts in a row; None and empty ones are left out."""
    return Html(separator.join(part for part in parts if part))


def lines(*parts: Html | None) -> Html:
    """The parts one below the other; None and empty ones are left out."""
    return join("\n", parts)


def paragraphs(*parts: Html | None) -> Html:
    """The parts with an empty line between them; None and empty ones are left out."""
    return join("\n\n", parts)


def name(*parts: str | None, limit: int = NAME_LIMIT) -> Words:
    """A name from a stranger: on one line, short, isolated from the words around it, and nothing in it to be tapped."""
    shown = tame(" ".join(part for part in parts if part), limit)
    return Words(_aside(shown) or f"{_ISOLATE}{shown}{_END}") if shown else Words(NAMELESS)


def excerpt(text: str, limit: int) -> Words:
    """A text from a stranger on one line, short, with nothing in it to be tapped: no command, no link, no mention."""
    shown = copyable(text, limit)
    return Words(_aside(shown) or shown)


def copyable(text: str, limit: int) -> Words:
    """The same without marks of direction, for what stands in `<code>` and is copied from there."""
    return Words(tame(text, limit))


def quote(text: str, limit: int = QUOTE_LIMIT) -> Html:
    """A text from a stranger in a quote of its own; empty for nothing."""
    shown = defused(shorten(clean(text).strip(), limit))
    return html("<blockquote>{}</blockquote>", Words(shown)) if shown else Html()


def folded(text: str, limit: int = QUOTE_LIMIT) -> Html:
    """The same, shut until somebody opens it."""
    shown = defused(shorten(clean(text).strip(), limit))
    return html("<blockquote expandable>{}</blockquote>", Words(shown)) if shown else Html()


def authored(text: str, limit: int) -> Html:
    """A text of a flow, which is Telegram's HTML already; without its markup where it is broken or too long."""
    shown = clean(text)
    if broken(shown) is None and len(plain(shown)) <= limit:
        return Html(shown)
    return html("{}", shorten(plain(shown), limit))


def untapped(text: str, limit: int) -> Html:
    """The same as it is read, with nothing in it to be tapped: a link is its label with the address behind it."""
    shown = "".join(map(_still, _TAGS.split(authored(text, limit))))
    return Html(shown) if len(plain(shown)) <= TEXT_LIMIT else html("{}", excerpt(plain(text), limit // 2))


def _still(part: str) -> str:
    if anchor := _ANCHOR.fullmatch(part):
        return f"({escape(unlinked(unescape(anchor[1])))}) <u>"
    if part.startswith("<"):
        return "</u>" if part == "</a>" else part
    return escape(unlinked(defused(unescape(part))))


def length(text: Html) -> int:
    """How long Telegram finds it: characters that are left without the markup."""
    return len(plain(text))


def _safe(value: object) -> Html:
    return (
        value if isinstance(value, Html) else Html(escape(words(str(value) if not isinstance(value, str) else value)))
    )


def _aside(text: str) -> str:
    """The text isolated, where letters in it run from right to left; else nothing."""
    if text.isascii() or not any(unicodedata.bidirectional(letter) in _FROM_THE_RIGHT for letter in text):
        return ""
    return f"{_LEFT_TO_RIGHT}{_ISOLATE}{text}{_END}"
