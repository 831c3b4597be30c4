"""When a push comes again: every day, on days of the week or of the month, or as a line of cron says.

What is counted are times on the walls of a zone; `push_runs_time` says what summer time makes of them. A line of cron
is read as Unix reads it: where both the day of the month and the day of the week are said, either is enough. A
month that has no 31st has its last day instead where "monthly 31" is said, and none where a line of cron says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice

from bot.rules import fold

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
#: Days of the week as people write them; two letters are enough.
_SPOKEN = (
    ("sunday", "sonntag"),
    ("monday", "montag"),
    ("tuesday", "dienstag"),
    ("wednesday", "mittwoch"),
    ("thursday", "donnerstag"),
    ("friday", "freitag"),
    ("saturday", "samstag"),
)
_CLOCK = re.compile(r"(?:at |um )?([01]?\d|2[0-3])[:.]([0-5]\d)")
_DAILY = re.compile(r"(?:daily|every day|täglich|taeglich)")
_WEEKLY = re.compile(r"(?:weekly|every|wöchentlich|woechentlich|jeden)\s+(?:on )?(.+)")
_MONTHLY = re.compile(r"(?:monthly|monatlich)\s+(?:on )?(?:the )?(\d{1,2})\.?")
_PART = re.compile(r"(\*|[a-z0-9]+)(?:-([a-z0-9]+))?(?:/(\d+))?")
#: A day that comes at all comes within so many: 29 February misses 2100, and its weekday comes every 28 years.
_DAYS_AHEAD = 366 * 41


@dataclass(frozen=True, slots=True)
class Repeat:
    """Days and times. Months and days of the month count from 1, days of the week from Sunday as 0."""

    #: As it is kept and shown in commands.
    written: str
    times: tuple[time, ...]
    months: frozenset[int]
    days: frozenset[int]
    weekdays: frozenset[int]
    #: Both kinds of day are said, and either is enough.
    either: bool = False
    #: A day that the month does not have is its last one.
    last_instead: bool = False

    def on(self, day: date) -> bool:
        """Whether it comes on this day."""
        if day.month not in self.months:
            return False
        of_month, of_week = self._in_month(day), day.isoweekday() % 7 in self.weekdays
        return of_month or of_week if self.either else of_month and of_week

    def _in_month(self, day: date) -> bool:
        if day.day in self.days:
            return True
        is_last = (day + timedelta(days=1)).day == 1
        return self.last_instead and is_last and max(self.days) > day.day

    def after(self, wall: datetime) -> Iterator[datetime]:
        """The times after a naive one on the same walls, one after the other; none if it never comes again."""
        for ahead in range(_DAYS_AHEAD):
            day = wall.date() + timedelta(days=ahead)
            if self.on(day):
                for at in self.times:
                    if (comes := datetime.combine(day, at)) > wall:
                        yield comes


def read(text: str) -> Repeat | None:
    """What somebody typed ("daily 9:00", "weekly mon,thu 9:00", "monthly 1 9:00", "cron 0 9 * * mon-fri")."""
    words = fold(text)
    if words.startswith("cron "):
        return _comes(_cron(words.removeprefix("cron ").split()))
    clock = re.search(rf"\s{_CLOCK.pattern}$", words)
    if clock is None:
        return None
    at = time(int(clock[1]), int(clock[2]))
    return _comes(_spoken(words[: clock.start()].strip(), at))


def _comes(repeat: Repeat | None) -> Repeat | None:
    """The same, unless it never comes: 30 February."""
    return repeat if repeat and list(islice(repeat.after(datetime(2000, 1, 1)), 1)) else None  # noqa: DTZ001 - a wall


def _spoken(words: str, at: time) -> Repeat | None:
    shown = f"{at:%H:%M}"
    always = Repeat(f"daily {shown}", (at,), _all(1, 12), _all(1, 31), _all(0, 6))
    if _DAILY.fullmatch(words):
        return always
    if monthly := _MONTHLY.fullmatch(words):
        day = int(monthly[1])
        written = f"monthly {day} {shown}"
        monthly_on = replace(always, written=written, days=frozenset({day}), last_instead=True)
        return monthly_on if 1 <= day <= 31 else None
    if weekly := _WEEKLY.fullmatch(words):
        days = [_weekday(word) for word in re.split(r"\s*(?:,| and | und )\s*|\s+", weekly[1])]
        if None in days:
            return None
        numbers = frozenset(day for day in days if day is not None)
        names = ",".join(_WEEKDAYS[day] for day in sorted(numbers, key=lambda day: (day - 1) % 7))
        return replace(always, written=f"weekly {names} {shown}", weekdays=numbers)
    return None


def _weekday(word: str) -> int | None:
    found = [day for day, names in enumerate(_SPOKEN) if any(name.startswith(word) for name in names)]
    return found[0] if len(word) > 1 and found else None


def _all(first: int, last: int) -> frozenset[int]:
    return frozenset(range(first, last + 1))


def _cron(fields: list[str]) -> Repeat | None:
    """Five fields: minute, hour, day of the month, month, day of the week."""
    if len(fields) != 5:
        return None
    minutes, hours = _field(fields[0], 0, 59), _field(fields[1], 0, 23)
    days, months = _field(fields[2], 1, 31), _field(fields[3], 1, 12, _MONTHS, first_name=1)
    weekdays = _field(fields[4], 0, 7, _WEEKDAYS)
    if not (minutes and hours and days and months and weekdays):
        return None
    times = tuple(time(hour, minute) for hour in sorted(hours) for minute in sorted(minutes))
    either = not (fields[2].startswith("*") or fields[4].startswith("*"))
    numbers = frozenset(day % 7 for day in weekdays)
    return Repeat("cron " + " ".join(fields), times, months, days, numbers, either)


def _field(text: str, low: int, high: int, names: tuple[str, ...] = (), first_name: int = 0) -> frozenset[int]:
    """The numbers that a field of cron means: *, numbers, names, ranges, steps, lists; empty for what is none."""
    known = {name: number for number, name in enumerate(names, first_name)}
    numbers: set[int] = set()
    for part in text.split(","):
        found = _PART.fullmatch(part)
        span = _span(found, known, low, high) if found else range(0)
        if not span:
            return frozenset()
        numbers |= set(span)
    return frozenset(numbers)


def _span(found: re.Match[str], known: dict[str, int], low: int, high: int) -> range:
    first, last, step = found[1], found[2], int(found[3] or 1)
    if first == "*":
        return range(low, high + 1, step) if step and last is None else range(0)
    begin, end = _number(first, known), _number(last, known) if last else None
    if begin is None or (last and end is None) or not step:
        return range(0)
    stop = end if end is not None else high if found[3] else begin
    return range(begin, stop + 1, step) if low <= begin <= stop <= high else range(0)


def _number(word: str, known: dict[str, int]) -> int | None:
    return int(word) if word.isdigit() else known.get(word)
