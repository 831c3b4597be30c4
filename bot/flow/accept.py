"""Whether what a person gave is what was asked for, and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from urllib.parse import urlsplit

import re2

from bot.flow.content import Kind
from bot.flow.heard import Shared
from bot.flow.inputs import FromToday, Input, InputType, Limit, compiled
from bot.flow.markup import plain
from bot.flow.person import Known
from bot.flow.phrases import Phrases
from bot.flow.variables import Variable
from bot.flow.written import read_date, read_number, read_time, say_day, say_number, say_time
from bot.rules import Type, fold

_EMAIL = re2.compile(r"[^@\s<>\"]{1,64}@[^@\s<>\".]+(\.[^@\s<>\".]+)*\.[^@\s<>\".\d]{2,}")
_YES = frozenset({"yes", "y", "yep", "sure", "ok", "true", "ja", "j", "jawohl", "1"})
_NO = frozenset({"no", "n", "nope", "false", "nein", "0"})


@dataclass(frozen=True, slots=True)
class Miss:
    """It does not fit. `phrase` is the key of the sentence that says what would, with its limits filled in."""

    phrase: str
    low: str = ""
    high: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """An input with all that decides about an answer."""

    input: Input
    variable: Variable | None
    language: str | None
    today: date
    phrases: Phrases


def accept_text(asked: Asked, text: str) -> Known | Miss:
    """A written text as the value that was asked for."""
    kind = asked.input.type
    match kind:
        case InputType.TEXT:
            return _text(asked.input, text)
        case InputType.NUMBER:
            return _number(asked, text)
        case InputType.DATE:
            return _date(asked, text)
        case InputType.TIME:
            return _time(asked, text)
        case InputType.CHOICE:
            return _or_miss(_choice(asked.input, text), kind)
        case InputType.YES_NO:
            return _or_miss(read_yes_no(text, asked.phrases), kind)
        case InputType.EMAIL:
            return _or_miss(_patterned(asked.input, _email(text)), kind)
        case InputType.PHONE:
            return _or_miss(_patterned(asked.input, _phone(text)), kind)
        case InputType.URL:
            return _or_miss(_patterned(asked.input, _url(text)), kind)
    return _miss(asked.input)


def accept_shared(asked: Asked, shared: Shared) -> Known | Miss:
    """Something shared or sent as the value that was asked for."""
    kind = asked.input.type
    match kind:
        case InputType.CONTACT:
            fits = shared.kind is Kind.CONTACT and (shared.own or asked.input.anyone)
        case InputType.PHONE:
            fits = shared.kind is Kind.CONTACT
        case InputType.LOCATION:
            fits = shared.kind is Kind.LOCATION
        case InputType.PHOTO:
            fits = shared.kind is Kind.PHOTO
        case InputType.FILE:
            fits = shared.kind in asked.input.kinds
        case _:
            fits = False
    return shared.value if fits else _miss(asked.input)


def _miss(ask: Input) -> Miss:
    """What would have fitted."""
    return Miss("any_contact" if ask.type is InputType.CONTACT and ask.anyone else ask.type)


def _or_miss(value: Known | None, kind: InputType) -> Known | Miss:
    return Miss(kind) if value is None else value


def _text(ask: Input, text: str) -> Known | Miss:
    if not text:
        return Miss("text")
    if len(text) < ask.min_length:
        return Miss("too_short", low=str(ask.min_length))
    if len(text) > ask.max_length:
        return Miss("too_long", high=str(ask.max_length))
    if ask.pattern is not None and not compiled(ask.pattern).fullmatch(text):
        return Miss("text")
    return text


def _number(asked: Asked, text: str) -> Known | Miss:
    number = read_number(text, asked.language)
    if number is None:
        return Miss("number")
    if asked.input.whole and not number.is_integer():
        return Miss("whole")
    low, high = _number_limits(asked)
    if (low is not None and number < low) or (high is not None and number > high):
        shown = ["" if one is None else say_number(one, asked.language) for one in (low, high)]
        return Miss("at_most" if low is None else "at_least" if high is None else "between", *shown)
    return number


def _number_limits(asked: Asked) -> tuple[float | None, float | None]:
    """The limits of the input; where it has none, those of the variable."""
    variable = asked.variable or Variable("")
    low = asked.input.min if isinstance(asked.input.min, float) else variable.min
    high = asked.input.max if isinstance(asked.input.max, float) else variable.max
    return low, high


def _date(asked: Asked, text: str) -> Known | Miss:
    day = read_date(text, asked.language, asked.today)
    if day is None:
        return Miss("date")
    low, high = (_day_of(limit, asked.today) for limit in (asked.input.min, asked.input.max))
    if low is not None and day < low:
        return Miss("not_before", low=say_day(low, asked.language))
    if high is not None and day > high:
        return Miss("not_after", high=say_day(high, asked.language))
    return day


def _day_of(limit: Limit | None, today: date) -> date | None:
    if isinstance(limit, FromToday):
        return limit.on(today)
    return limit if isinstance(limit, date) else None


def _time(asked: Asked, text: str) -> Known | Miss:
    found = read_time(text)
    if found is None:
        return Miss("time")
    low, high = (limit if isinstance(limit, time) else None for limit in (asked.input.min, asked.input.max))
    if (low is not None and found < low) or (high is not None and found > high):
        shown = ["" if one is None else say_time(one, asked.language) for one in (low, high)]
        return Miss("too_late" if low is None else "too_early" if high is None else "hours", *shown)
    return found


def _patterned(ask: Input, value: str | None) -> str | None:
    """The value, if it has the form that the input asks for."""
    if value is None or ask.pattern is None or compiled(ask.pattern).fullmatch(value):
        return value
    return None


def _choice(ask: Input, text: str) -> str | None:
    """The option that was written out, in any language, as its first version says it."""
    wanted = fold(text)
    for option in ask.options:
        versions = ("".join(part for part in parts if isinstance(part, str)) for _, parts in option.versions)
        if any(fold(plain(version)) == wanted for version in versions):
            return option.source()
    return None


def read_yes_no(text: str, phrases: Phrases) -> bool | None:
    """Yes as True, no as False, in the engine's language, English or German."""
    word = fold(text).rstrip(".")
    if word in _YES or word == fold(phrases.yes):
        return True
    return False if word in _NO or word == fold(phrases.no) else None


def read_value(written: str, type_: Type, language: str | None, now: datetime, phrases: Phrases) -> Known | None:
    """A written text as a value of a variable's type, None where it does not fit; `now` is aware and gives the zone."""
    match type_:
        case Type.NUMBER:
            return read_number(written, language)
        case Type.BOOLEAN:
            return read_yes_no(written, phrases)
        case Type.DATE:
            return read_date(written, language, now.date())
        case Type.TIME:
            return read_time(written)
        case Type.DATETIME:
            return _moment(written, now)
    return written


def _moment(written: str, now: datetime) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or now.tzinfo)


def _email(text: str) -> str | None:
    address = text.strip().removeprefix("mailto:")
    if len(address) > 254 or not _EMAIL.fullmatch(address):
        return None
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


def _phone(text: str) -> str | None:
    """Digits with the sign + before the country code; what people put between them goes."""
    packed = "".join(sign for sign in text if sign not in " ()-/.\u00a0\u2011")
    packed = f"+{packed[2:]}" if packed.startswith("00") else packed
    digits = packed.removeprefix("+")
    return packed if digits.isascii() and digits.isdecimal() and 6 <= len(digits) <= 15 else None


def _url(text: str) -> str | None:
    written = text.strip()
    address = written if "://" in written else f"https://{written}"
    if len(address) > 2048 or any(sign.isspace() for sign in address):
        return None
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return None
    return address if parts.scheme in {"http", "https"} and "." in host.strip(".") else None
