"""Text on its way to Telegram: the one place that escapes, cleans, shortens and judges markup."""

from __future__ import annotations

import re
import unicodedata
from html import unescape

from bot.sentences import Sentence

#: Telegram's limits, in characters that are left after the markup is read.
TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024

_TAGS = frozenset(
    [
        "a",
        "b",
        "blockquote",
        "code",
        "del",
        "em",
        "i",
        "ins",
        "pre",
        "s",
        "span",
        "strike",
        "strong",
        "tg-emoji",
        "tg-spoiler",
        "tg-time",
        "u",
    ],
)
_ENTITY = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_SIGN = re.compile('[&<>"]')
_TAG = re.compile(
    r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[a-zA-Z-]+(?:\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>=]+))?)*)\s*>"
)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>=]+)))?")
#: Joiners hold emoji and some scripts together, so of the invisible signs only they stay.
_JOINERS = frozenset("\u200c\u200d")
_BLANKS = frozenset("\n\t")
#: A slash that a tap would send as a command.
_COMMAND = re.compile(r"(?<![\w/<])/(?=\w)")
#: Where clients see an address, a mention or a hashtag that nobody marked as a link: behind these signs a word begins.
_LINK = re.compile(r"(?<=[@#$])(?=\w)|(?<=\w\.)(?=[^\W\d])|(?<=:)(?=//)")
_WORD_JOINER = "\u2060"


def escape(text: str) -> str:
    """Text as it may stand inside Telegram's HTML, in an attribute too."""
    return _SIGN.sub(lambda sign: _ENTITY[sign[0]], text)


def clean(text: str) -> str:
    """Without what a person cannot see but a screen would obey: control and direction marks, NUL, lone surrogates."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(letter for letter in text.replace("\r\n", "\n") if _visible(letter))


def _visible(letter: str) -> bool:
    if letter in _BLANKS or letter in _JOINERS:
        return True
    # Tags (category Cf beyond U+E0000) draw the flags of England, Scotland and Wales.
    return unicodedata.category(letter) not in {"Cc", "Cf", "Cs"} or letter >= "\U000e0020"


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters (1 or more), the last one an ellipsis where something was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def defused(text: str) -> str:
    """Plain text without a command to be tapped."""
    return _COMMAND.sub("/" + _WORD_JOINER, text)


def unlinked(text: str) -> str:
    """Plain text without an address, a mention or a hashtag to be tapped."""
    return _LINK.sub(_WORD_JOINER, text)


def tame(text: str, limit: int) -> str:
    """What a stranger wrote, for a sentence of ours: clean, on one line, short, and with nothing in it to be tapped."""
    return unlinked(defused(shorten(" ".join(clean(text).split()), limit)))


def plain(html: str) -> str:
    """The text a person sees of an HTML text."""
    return unescape(_TAG.sub("", html))


def broken(html: str) -> Sentence | None:
    """What Telegram would refuse in an HTML text, as a sentence; None if nothing."""
    open_tags: list[str] = []
    position = 0
    while (start := html.find("<", position)) >= 0:
        tag = _TAG.match(html, start)
        if tag is None:
            return Sentence('"{text}" is not a tag; write &lt; for the sign <', text=shorten(html[start:], 12))
        fault = _step(tag, open_tags)
        if fault:
            return fault
        position = tag.end()
    return Sentence("<{tag}> is never closed", tag=open_tags[-1]) if open_tags else None


def _step(tag: re.Match[str], open_tags: list[str]) -> Sentence | None:
    """Take one tag into account; the fault if it does not belong there."""
    closing, name = tag[1], tag[2].lower()
    if name not in _TAGS:
        return Sentence("Telegram does not know the tag <{tag}>", tag=name)
    if not closing:
        open_tags.append(name)
        return _attribute_fault(name, tag[3])
    if not open_tags:
        return Sentence("</{tag}> closes what was never opened", tag=name)
    expected = open_tags.pop()
    return (
        None
        if expected == name
        else Sentence("</{tag}> stands where </{expected}> is due", tag=name, expected=expected)
    )


def _attribute_fault(name: str, written: str) -> Sentence | None:
    attributes = {part[1].lower(): part[2] or part[3] or part[4] or "" for part in _ATTRIBUTE.finditer(written)}
    if name == "span" and attributes.get("class") != "tg-spoiler":
        return Sentence('<span> needs class="tg-spoiler"')
    if name == "a" and not attributes.get("href"):
        return Sentence('<a> needs href="…"')
    return None
