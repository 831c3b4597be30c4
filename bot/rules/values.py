"""How a written value is read by the type of its field, and how it is written again."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from bot.rules.fold import fold
from bot.rules.grammar import LETTER, QUOTES
from bot.rules.tree import Day, Field, Value
from bot.rules.types import Type
from bot.sentences import NOTHING, Sentence

YES = frozenset({"yes", "true", "on", "1"})
NO = frozenset({"no", "false", "off", "0"})
DAYS = {"yesterday": Day(-1), "today": Day(0), "tomorrow": Day(1)}
#: Beyond this a float no longer tells neighbouring whole numbers apart.
MAX_NUMBER = 1e15
#: Far enough from the first and the last day a calendar has that a day more or less stays inside it.
FIRST_YEAR, LAST_YEAR = 1000, 2999

_NUMBER = re.compile(r"[+-]?(\d+(\.\d+)?|\.\d+)(e[+-]?\d{1,3})?")
_DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)|(?P<d>\d\d?)\.(?P<m>\d\d?)\.(?P<y>\d{4})")
_CLOCK = re.compile(r"(\d\d?):(\d\d)(?::(\d\d))?")
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "t": "\t"}
_BARE = re.compile(f"{LETTER}+")
_NEEDS_QUOTES = frozenset({"and", "or", "not"})
_NO_DATE = Sentence("Here a date is expected.")
_TO_ESCAPE = re.compile(rf"[{QUOTES}\\]")


class BadValue(ValueError):
    """A value that does not fit its field: what was expected, and how to write it."""

    def __init__(self, message: Sentence, hint: Sentence = NOTHING) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def unquote(word: str) -> str:
    """What stands between quotes, with ``\\"``, ``\\\\``, ``\\n`` and ``\\t`` resolved."""
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), word[1:-1])


def read_value(text: str, field: Field) -> Value:
    """The value a person wrote for a field. Raises BadValue."""
    folded = fold(text)
    if not folded:
        raise BadValue(
            Sentence("There is nothing between the quotes."),
            Sentence("To ask whether it is empty: {name} is not set", name=field.name),
        )
    match field.type:
        case Type.TEXT:
            return text.strip().removeprefix("@") if field.name == "username" and folded != "@" else text
        case Type.NUMBER:
            return _number(folded)
        case Type.BOOLEAN:
            return _boolean(folded)
        case Type.TIME:
            return _time(folded)
        case Type.DATE:
            return DAYS[folded] if folded in DAYS else _date(folded)
        case Type.DATETIME:
            return DAYS[folded] if folded in DAYS else _moment(folded)


def write_value(value: Value) -> str:
    """The value as a person would write it in a rule; quoted only where it must be."""
    match value:
        case bool():
            return "yes" if value else "no"
        case float() | int():
            return repr(float(value)).removesuffix(".0")
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M:%S" if value.second else "%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("seconds" if value.second else "minutes")
        case Day():
            return next(word for word, day in DAYS.items() if day == value)
    return quote(value)


def quote(text: str) -> str:
    """A text in quotes, or bare where it is one plain word."""
    if _BARE.fullmatch(text) and text[0] not in "'\u2018\u2019" and text.casefold() not in _NEEDS_QUOTES:
        return text
    escaped = _TO_ESCAPE.sub(r"\\\g<0>", text).replace("\n", r"\n").replace("\t", r"\t")
    return f'"{escaped}"'


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise BadValue(Sentence("Here a number is expected."), Sentence("Write it like 18, -5 or 3.5."))
    number = float(text)
    if abs(number) > MAX_NUMBER:
        raise BadValue(
            Sentence("This number is too large."), Sentence("The largest is {most}.", most=f"{MAX_NUMBER:.0f}")
        )
    return number + 0.0


def _boolean(text: str) -> bool:
    if text in YES:
        return True
    if text in NO:
        return False
    raise BadValue(Sentence("Here yes or no is expected."))


def _time(text: str) -> time:
    match = _CLOCK.fullmatch(text)
    try:
        if match:
            return time(int(match[1]), int(match[2]), int(match[3] or 0))
    except ValueError:
        raise BadValue(Sentence("There is no such time."), Sentence("The day goes from 00:00 to 23:59.")) from None
    raise BadValue(Sentence("Here a time is expected."), Sentence("Write it like 18:30."))


def _date(text: str) -> date:
    match = _DATE.fullmatch(text)
    if not match:
        raise BadValue(_NO_DATE, Sentence("Write it like 2000-12-31, or today, yesterday, tomorrow."))
    year, month, day = (
        int(match[long] or match[short]) for long, short in (("year", "y"), ("month", "m"), ("day", "d"))
    )
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadValue(
            Sentence("This year is out of range."),
            Sentence("Years go from {first} to {last}.", first=str(FIRST_YEAR), last=str(LAST_YEAR)),
        )
    try:
        return date(year, month, day)
    except ValueError:
        raise BadValue(
            Sentence("There is no such day in the calendar."), Sentence("Write it like 2000-12-31.")
        ) from None


def _moment(text: str) -> date | datetime:
    day, _, clock = text.replace("t", " ", 1).partition(" ") if ":" in text else (text, "", "")
    try:
        return datetime.combine(_date(day), _time(clock)) if clock else _date(day)
    except BadValue as error:
        expected = Sentence("Here a date or a time is expected.") if error.message == _NO_DATE else error.message
        raise BadValue(expected, Sentence("Write it like 2000-12-31 or 2000-12-31 18:30.")) from None
