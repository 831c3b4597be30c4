"""When a run begins: times as people type them, in the bot's zone, and what summer time does to them.

The rule: a time that does not exist (clocks go forward over it) becomes the first moment after the gap; a time that
exists twice (clocks go back over it) means the first of the two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

from babel.dates import get_month_names

from bot.rules import fold

#: How a typed time is kept and shown again in commands.
WRITTEN = "%Y-%m-%d %H:%M"

_CLOCK = re.compile(r"(?:^|[ t,])(?:at )?([01]?\d|2[0-3])[:.]([0-5]\d)$")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_NAMED = re.compile(r"(?:\w+\.?,? )?(\d{1,2})\.? (\w+?)\.?,? (\d{4})")
#: Years that somebody can mean.
_YEARS = range(2000, 2200)
_DAYS = {"today": 0, "heute": 0, "tomorrow": 1, "morgen": 1}


class Shift(StrEnum):
    """What summer time did to a typed time."""

    #: It does not exist: the first moment after the gap was taken.
    GAP = "gap"
    #: It exists twice: the first one was taken.
    OVERLAP = "overlap"


@dataclass(frozen=True, slots=True)
class Due:
    """A typed time as a moment."""

    #: Aware, UTC.
    at: datetime
    #: As `WRITTEN`, in the bot's zone.
    typed: str
    shift: Shift | None = None


def read(text: str, *, zone: ZoneInfo, now: datetime, language: str = "en") -> Due | None:
    """The moment that a text names, or None if it names none. A time alone is the next one of the coming 24 hours."""
    words = fold(text).removesuffix(fold(zone.key)).strip()
    clock = _CLOCK.search(words)
    if clock is None:
        return None
    wanted = time(int(clock[1]), int(clock[2]))
    today = now.astimezone(zone).date()
    if not (day_words := words[: clock.start()].strip(" ,")):
        due = settle(datetime.combine(today, wanted), zone)
        return due if due.at > now else settle(datetime.combine(today + timedelta(days=1), wanted), zone)
    day = _day(day_words, today, language)
    return settle(datetime.combine(day, wanted), zone) if day and day.year in _YEARS else None


def settled(typed: str, zone: ZoneInfo) -> Due:
    """A kept time under the zone's rules as they are now."""
    return settle(datetime.strptime(typed, WRITTEN), zone)  # noqa: DTZ007 - a wall time has no zone of its own


def settle(wall: datetime, zone: ZoneInfo) -> Due:
    """The moment of a naive time on the walls of a zone; the rule of this module decides what is not clear."""
    first, second = wall.replace(tzinfo=zone, fold=0), wall.replace(tzinfo=zone, fold=1)
    before, after = _offset(first), _offset(second)
    written = wall.strftime(WRITTEN)
    if before == after:
        return Due(first.astimezone(UTC), written)
    if before > after:
        return Due(first.astimezone(UTC), written, Shift.OVERLAP)
    return Due(_end_of_gap(second.astimezone(UTC), first.astimezone(UTC), zone), written, Shift.GAP)


def _end_of_gap(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """The moment between the two (UTC) when the clocks go forward, to the second."""
    offset = _offset(early.astimezone(zone))
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        if _offset(middle.astimezone(zone)) == offset:
            early = middle
        else:
            late = middle
    return late


def _offset(moment: datetime) -> timedelta:
    return moment.utcoffset() or timedelta(0)


def _day(words: str, today: date, language: str) -> date | None:
    if words in _DAYS:
        return today + timedelta(days=_DAYS[words])
    try:
        if iso := _ISO.fullmatch(words):
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if dotted := _DOTTED.fullmatch(words):
            return date(int(dotted[3]), int(dotted[2]), int(dotted[1]))
        if (named := _NAMED.fullmatch(words)) and (month := _months(language).get(named[2][:3])):
            return date(int(named[3]), month, int(named[1]))
    except ValueError:
        return None
    return None


@cache
def _months(language: str) -> dict[str, int]:
    """Months by the first three letters of their names, in English and in the reader's language."""
    return {
        fold(name)[:3]: number
        for spoken in ("en", language)
        for number, name in get_month_names("wide", locale=spoken).items()
    }
