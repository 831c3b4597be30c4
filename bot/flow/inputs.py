"""What a person may give: inputs with their limits.

input = { type = "text", store = "question", max_length = 1000, retry = "Please write it as one message." }
input = { type = "text", store = "card", pattern = "[A-Z]{2}[0-9]{6}" }        # RE2, the whole text
input = { type = "number", store = "age", min = 0, max = 120, whole = true }
input = { type = "date", store = "birthday", max = 2020-12-31 }
input = { type = "time" }         # 14:30, 2 pm
input = { type = "email" }        # phone and url alike
input = { type = "choice", store = "plan", options = ["Basic", { en = "Family", de = "Familie" }] }
input = { type = "yes_no", store = "newsletter" }
input = { type = "contact", store = "mobile" }      # location, photo and file alike
input = { type = "number", tries = 3, give_up = "ask_a_person" }               # a block after three misses
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import re2

from bot.flow.reader import Node, read_text
from bot.flow.wording import Text
from bot.rules import Type

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


_TYPES: dict[str, InputType] = {str(kind): kind for kind in InputType}
#: The types of a variable that can hold an input; text can hold them all.
_HOLDS = {
    InputType.NUMBER: Type.NUMBER,
    InputType.DATE: Type.DATE,
    InputType.TIME: Type.TIME,
    InputType.YES_NO: Type.BOOLEAN,
}


@dataclass(frozen=True, slots=True)
class Input:
    """What is asked for, within which limits, and where it is stored."""

    type: InputType = InputType.TEXT
    store: str | None = None
    retry: Text | None = None
    #: After so many misses in a row the person goes to the block `give_up`.
    tries: int | None = None
    give_up: str | None = None
    min: float | date | None = None
    max: float | date | None = None
    whole: bool = False
    min_length: int = 1
    max_length: int = MAX_LENGTH
    pattern: str | None = None
    options: tuple[Text, ...] = ()
    #: A contact that is not the person's own is taken too.
    anyone: bool = False


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
    low, high = _limits(node, kind, store)
    tries, give_up = node.whole("tries", 1, 100), node.block("give_up")
    if (tries is None) != (give_up is None):
        node.book.problem(node.path, 'the input needs both "tries" and "give_up", or none of them')
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
        node.wrong("min_length", '"min_length" is more than "max_length"')
    return {"min_length": low, "max_length": high, "pattern": _pattern(node)}


def _pattern(node: Node) -> str | None:
    pattern = node.string("pattern")
    if pattern is None:
        return None
    try:
        compiled(pattern)
    except re2.error as error:
        fault = error.args[0]
        reason = fault.decode("utf-8", "replace") if isinstance(fault, bytes) else str(fault)
        node.wrong("pattern", f"the pattern does not work: {reason}")
        return None
    return pattern


def _check_store(node: Node, kind: InputType, store: str | None) -> None:
    type_ = node.book.types.get(store or "", Type.TEXT)
    if type_ is not Type.TEXT and type_ is not _HOLDS.get(kind):
        node.wrong("store", f'the variable "{store}" is a {type_} and cannot hold an input of the type {kind}')


def _limits(node: Node, kind: InputType, store: str | None) -> tuple[float | date | None, float | date | None]:
    if kind is InputType.DATE:
        low, high = _date(node, "min"), _date(node, "max")
        reverse = low is not None and high is not None and low > high
    elif kind is InputType.NUMBER:
        first, last = node.number("min"), node.number("max")
        reverse = first is not None and last is not None and first > last
        low, high = first, last  # type: ignore[assignment]
    else:
        return None, None
    if reverse:
        node.wrong("min", '"min" is more than "max"')
    return low, high


def _date(node: Node, key: str) -> date | None:
    value = node.raw(key)
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    node.wrong(key, f'"{key}" must be a date, such as 2026-12-31')
    return None


def _options(node: Node) -> tuple[Text, ...]:
    written = node.raw("options")
    if not isinstance(written, list) or not 1 <= len(written) <= 50:
        node.wrong("options", 'a choice needs "options": a list of 1 to 50 answers')
        return ()
    paths = [(*node.at("options"), place) for place in range(len(written))]
    texts = [read_text(node.book, path, one, "an option") for path, one in zip(paths, written, strict=True)]
    return tuple(text for text in texts if text)
