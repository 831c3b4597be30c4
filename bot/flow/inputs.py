"""What a person may give: inputs with their limits.

input = { type = "text", store = "question", max_length = 1000, retry = "Please write it as one message." }
input = { type = "text", store = "card", pattern = "[A-Z]{2}[0-9]{6}" }        # RE2, the whole text
input = { type = "number", store = "age", min = 0, max = 120, whole = true }
input = { type = "date", store = "birthday", max = 2020-12-31 }
input = { type = "date", store = "day", min = "tomorrow", max = 60 }           # days from today
input = { type = "time", min = 08:00:00, max = 16:00:00 }                      # 14:30, 2 pm
input = { type = "email" }        # phone and url alike; they can have a pattern too
input = { type = "choice", store = "plan", options = ["Basic", { en = "Family", de = "Familie" }] }
input = { type = "yes_no", store = "newsletter" }
input = { type = "contact", store = "mobile" }      # location, photo and file alike
input = { type = "file", kinds = ["document", "voice"] }
input = { type = "number", tries = 3, give_up = "ask_a_person" }               # a block after three misses
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

import re2

from bot.flow.clock_read import read_clock
from bot.flow.content import Kind
from bot.flow.problems import did_you_mean
from bot.flow.reader import Node, read_text
from bot.flow.wording import Text
from bot.rules import Type
from bot.sentences import Sentence

#: What Telegram lets a person write in one message.
MAX_LENGTH = 4096


class InputType(enum.StrEnum):
    """What is asked for."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    CHOICE = "choice"
    YES_NO = "yes_no"
    CONTACT = "contact"
    LOCATION = "location"
    PHOTO = "photo"
    FILE = "file"


#: What the type `file` takes where the flow does not say.
FILES = (Kind.PHOTO, Kind.VIDEO, Kind.ANIMATION, Kind.DOCUMENT, Kind.AUDIO, Kind.VOICE, Kind.VIDEO_NOTE)
#: The types that are written in one piece, so that a pattern can say more about it.
_WRITTEN = frozenset({InputType.TEXT, InputType.EMAIL, InputType.PHONE, InputType.URL})
_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
#: The farthest day that a limit may lie from today.
_MAX_DAYS = 36_600

_TYPES: dict[str, InputType] = {str(kind): kind for kind in InputType}
#: The types of a variable that can hold an input; text can hold them all.
_HOLDS = {
    InputType.NUMBER: Type.NUMBER,
    InputType.DATE: Type.DATE,
    InputType.TIME: Type.TIME,
    InputType.YES_NO: Type.BOOLEAN,
}


@dataclass(frozen=True, slots=True)
class FromToday:
    """A day that moves with the calendar: so many days after today, or before it."""

    days: int

    def on(self, today: date) -> date:
        """Which day that is."""
        return today + timedelta(days=self.days)


Limit = float | date | time | FromToday


@dataclass(frozen=True, slots=True)
class Input:
    """What is asked for, within which limits, and where it is stored."""

    type: InputType = InputType.TEXT
    store: str | None = None
    retry: Text | None = None
    #: After so many misses in a row the person goes to the block `give_up`.
    tries: int | None = None
    give_up: str | None = None
    #: Of the type: a number, a date or a day from today, a time.
    min: Limit | None = None
    max: Limit | None = None
    whole: bool = False
    min_length: int = 1
    max_length: int = MAX_LENGTH
    pattern: str | None = None
    options: tuple[Text, ...] = ()
    #: A contact that is not the person's own is taken too.
    anyone: bool = False
    #: The kinds of files that count.
    kinds: tuple[Kind, ...] = FILES


@lru_cache(maxsize=512)
def compiled(pattern: str) -> Any:
    """A pattern in the linear-time engine. Raises re2.error."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    return re2.compile(pattern, options)


def read_input(node: Node) -> Input | None:
    """The table of an `input`."""
    word = node.one_of("type", _TYPES, node.string("type") or "text")
    if word is None or word not in _TYPES:
        return None
    kind = _TYPES[word]
    store = node.variable("store") if node.has("store") else None
    _check_store(node, kind, store)
    low, high = _limits(node, kind)
    tries, give_up = node.whole("tries", 1, 100), node.block("give_up")
    if (tries is None) != (give_up is None):
        node.book.problem(node.path, Sentence('the input needs both "tries" and "give_up", or none of them'))
    ask = Input(
        type=kind,
        store=store,
        retry=node.html("retry"),
        tries=tries,
        give_up=give_up,
        min=low,
        max=high,
        whole=node.flag("whole") if kind is InputType.NUMBER else False,
        options=_options(node) if kind is InputType.CHOICE else (),
        anyone=node.flag("anyone") if kind is InputType.CONTACT else False,
        kinds=_kinds(node) if kind is InputType.FILE else FILES,
        pattern=_pattern(node) if kind in _WRITTEN else None,
        **_text_limits(node, kind),
    )
    node.done()
    return ask


def _text_limits(node: Node, kind: InputType) -> dict[str, Any]:
    if kind is not InputType.TEXT:
        return {}
    low = node.whole("min_length", 1, MAX_LENGTH) or 1
    high = node.whole("max_length", 1, MAX_LENGTH) or MAX_LENGTH
    if low > high:
        node.wrong("min_length", Sentence('"min_length" is more than "max_length"'))
    return {"min_length": low, "max_length": high}


def _pattern(node: Node) -> str | None:
    pattern = node.string("pattern")
    if pattern is None:
        return None
    try:
        compiled(pattern)
    except re2.error as error:
        fault = error.args[0]
        reason = fault.decode("utf-8", "replace") if isinstance(fault, bytes) else str(fault)
        node.wrong("pattern", Sentence("the pattern does not work: {reason}", reason=reason))
        return None
    return pattern


def _check_store(node: Node, kind: InputType, store: str | None) -> None:
    type_ = node.book.types.get(store or "", Type.TEXT)
    if type_ is not Type.TEXT and type_ is not _HOLDS.get(kind):
        node.wrong(
            "store",
            Sentence(
                'the variable "{store}" is a {type} and cannot hold an input of the type {kind}',
                store=store,
                type=type_,
                kind=kind,
            ),
        )


def _limits(node: Node, kind: InputType) -> tuple[Limit | None, Limit | None]:
    read = _LIMITS.get(kind)
    if read is None:
        return None, None
    low, high = read(node, "min"), read(node, "max")
    if low is not None and high is not None and _is_more(low, high):
        node.wrong("min", Sentence('"min" is more than "max"'))
    return low, high


def _is_more(low: Limit, high: Limit) -> bool:
    """Whether a limit lies above another one of its kind; a date and a day from today cannot be compared for good."""
    match low, high:
        case FromToday(first), FromToday(last):
            return first > last
        case (FromToday(), _) | (_, FromToday()):
            return False
    return low > high  # type: ignore[operator]


def _day(node: Node, key: str) -> Limit | None:
    """A date, "today" and its neighbours, or a number of days from today."""
    value = node.raw(key)
    match value:
        case None:
            return None
        case str() if value in _DAYS:
            return FromToday(_DAYS[value])
        case int() if not isinstance(value, bool) and abs(value) <= _MAX_DAYS:
            return FromToday(value)
        case date() if not isinstance(value, datetime):
            return value
    node.wrong(
        key,
        Sentence(
            '"{key}" must be a date such as 2026-12-31, "today" or "tomorrow", or days from today such as 14', key=key
        ),
    )
    return None


_LIMITS: dict[InputType, Callable[[Node, str], Limit | None]] = {
    InputType.NUMBER: Node.number,
    InputType.DATE: _day,
    InputType.TIME: read_clock,
}


def _kinds(node: Node) -> tuple[Kind, ...]:
    words, known = node.words("kinds"), [str(kind) for kind in FILES]
    for word in words:
        if word not in known:
            node.wrong(
                "kinds",
                Sentence(
                    '"{word}" is not a kind of file: use {known}.{hint}',
                    word=word,
                    known=", ".join(known),
                    hint=did_you_mean(word, known),
                ),
            )
    return tuple(Kind(word) for word in words if word in known) or FILES


def _options(node: Node) -> tuple[Text, ...]:
    written = node.raw("options")
    if not isinstance(written, list) or not 1 <= len(written) <= 50:
        node.wrong("options", Sentence('a choice needs "options": a list of 1 to 50 answers'))
        return ()
    paths = [(*node.at("options"), place) for place in range(len(written))]
    texts = [read_text(node.book, path, one, Sentence("an option")) for path, one in zip(paths, written, strict=True)]
    return tuple(text for text in texts if text)
