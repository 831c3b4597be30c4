"""Working hours of the desk: per weekday, with holidays, in the bot's zone; and time that counts only while it is open.

mon-fri 09:00-12:00 13:00-18:00
sat 22:00-02:00                     (until two on Sunday)
holidays: 2026-12-24, 12-25 (each year), 2026-12-28..2027-01-01
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.sentences import Sentence, SentenceError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: So far ahead an opening is looked for.
HORIZON = 370
_DAY = 24 * 60
_LINE = re.compile(r"([a-z, -]+?)\s+((?:\d\d?:\d\d\s*-\s*\d\d?:\d\d[\s,]*)+)")
_SPAN = re.compile(r"(\d\d?):(\d\d)\s*-\s*(\d\d?):(\d\d)")

#: Minutes after midnight: from, to; the second is above a day's where it ends on the next day.
Span = tuple[int, int]
_ALL_DAY: tuple[Span, ...] = ((0, _DAY),)


@dataclass(frozen=True, slots=True)
class Holidays:
    """Days on which nobody is there: first and last days, and days of every year as (month, day)."""

    ranges: tuple[tuple[date, date], ...] = ()
    yearly: frozenset[tuple[int, int]] = frozenset()

    @property
    def written(self) -> tuple[str, ...]:
        """As `read` takes them, those of every year first."""
        yearly = (f"{month:02}-{day:02}" for month, day in sorted(self.yearly))
        ranges = (f"{first}" if first == last else f"{first}..{last}" for first, last in self.ranges)
        return (*yearly, *ranges)

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, date):
            return False
        return (day.month, day.day) in self.yearly or any(first <= day <= last for first, last in self.ranges)


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody is at the desk. No week: always."""

    #: Seven days from Monday, each with its spans in order.
    week: tuple[tuple[Span, ...], ...] = ()
    holidays: Holidays = Holidays()
    #: The week as it was written.
    written: tuple[str, ...] = ()

    def opening(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        """`moment` itself where the desk is open, else when it opens next; None: never within a year."""
        for start, end in self._spans(moment, zone):
            if end > moment:
                return max(start, moment)
        return None

    def after(self, moment: datetime, span: timedelta, zone: ZoneInfo) -> datetime | None:
        """When the desk will have been open for `span` since `moment`; None: never within a year."""
        for start, end in self._spans(moment, zone):
            begin = max(start, moment)
            if end - begin >= span and end > moment:
                return begin + span
            span -= max(end - begin, timedelta())
        return None

    def _spans(self, moment: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
        """The spans from the day before `moment` on, in UTC, in order; an endless one for a desk that never closes."""
        if not self.week and not self.holidays.ranges and not self.holidays.yearly:
            yield moment, datetime.max.replace(tzinfo=UTC)
            return
        first = moment.astimezone(zone).date() - timedelta(days=1)
        for day in (first + timedelta(days=count) for count in range(HORIZON)):
            if day not in self.holidays:
                for start, end in self.week[day.weekday()] if self.week else _ALL_DAY:
                    yield _moment(day, start, zone), _moment(day, end, zone)


def _moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """A wall time in UTC; one that a change of the clocks leaves out is an hour later."""
    later, minutes = divmod(minutes, _DAY)
    wall = datetime.combine(day + timedelta(days=later), time(minutes // 60, minutes % 60), zone)
    return wall.astimezone(UTC)


def read(lines: Iterable[str], holidays: Iterable[str] = ()) -> Hours:
    """The hours that somebody wrote. Raises SentenceError about the first line that cannot be read."""
    week: list[list[Span]] = [[] for _ in DAYS]
    written = [line.strip().lower() for line in lines if line.strip()]
    for line in written:
        found = _LINE.fullmatch(line)
        if found is None:
            raise _unreadable(line)
        spans = [_span(line, *map(int, part)) for part in _SPAN.findall(found[2])]
        for day in _days(found[1], line):
            week[day] = sorted(week[day] + spans)
    if clash := next((DAYS[day] for day, spans in enumerate(week) if _overlap(spans)), None):
        raise SentenceError(Sentence("has hours that overlap on {day}; name each time once", day=clash))
    return Hours(tuple(map(tuple, week)) if written else (), _holidays(holidays), tuple(written))


def _unreadable(line: str) -> SentenceError:
    return SentenceError(Sentence('cannot read "{line}"; write working hours like "mon-fri 09:00-18:00"', line=line))


def _no_holiday(text: str) -> SentenceError:
    return SentenceError(
        Sentence('cannot read the holiday "{text}"; write "2026-12-24", "12-25" or "2026-12-28..2027-01-01"', text=text)
    )


def _span(line: str, from_hour: int, from_minute: int, to_hour: int, to_minute: int) -> Span:
    start, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    if from_minute > 59 or to_minute > 59 or start >= _DAY or end > _DAY or start == end:
        raise SentenceError(Sentence('has no such time in "{line}"; hours go from 00:00 to 24:00', line=line))
    return start, end if end > start else end + _DAY


def _overlap(spans: list[Span]) -> bool:
    return any(before[1] > after[0] for before, after in pairwise(spans))


def _days(text: str, line: str) -> list[int]:
    days: list[int] = []
    for part in text.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            known = ", ".join(DAYS)
            said = Sentence('has no such day in "{line}"; days are {known}, or "mon-fri"', line=line, known=known)
            raise SentenceError(said)
        start, end = DAYS.index(first), DAYS.index(last or first)
        days += [(start + count) % 7 for count in range((end - start) % 7 + 1)]
    return days


def _holidays(texts: Iterable[str]) -> Holidays:
    ranges: list[tuple[date, date]] = []
    yearly: set[tuple[int, int]] = set()
    for text in filter(None, (text.strip() for text in texts)):
        try:
            if re.fullmatch(r"\d\d-\d\d", text):
                day = date.fromisoformat(f"2024-{text}")
                yearly.add((day.month, day.day))
                continue
            first, _, last = text.partition("..")
            span = date.fromisoformat(first), date.fromisoformat(last or first)
            if span[1] < span[0]:
                raise ValueError
            ranges.append(span)
        except ValueError:
            raise _no_holiday(text) from None
    return Holidays(tuple(ranges), frozenset(yearly))
