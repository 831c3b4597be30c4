"""What a condition asks of a field, reduced to folded texts and ranges of numbers; shared by memory and SQL.

Both readers compare with what this module returns, so they cannot disagree about days, zones or lengths of time.
"""

from __future__ import annotations

import calendar
import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.rules.fold import fold
from bot.rules.tree import Between, Compare, Day, FieldTest, OneOf, Op, Unit, Value, Within
from bot.rules.types import Type, to_number


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from ``low`` to ``high``; each end belongs to it or not."""

    low: float = -math.inf
    high: float = math.inf
    with_low: bool = True
    with_high: bool = True

    def __contains__(self, number: float) -> bool:
        above = number >= self.low if self.with_low else number > self.low
        return above and (number <= self.high if self.with_high else number < self.high)


def texts(leaf: Compare | OneOf) -> tuple[str, ...]:
    """The folded texts that a condition compares a text with."""
    values = leaf.values if isinstance(leaf, OneOf) else (leaf.value,)
    return tuple(dict.fromkeys(fold(str(value)) for value in values))


def ranges(leaf: FieldTest, now: datetime) -> tuple[Range, ...]:
    """The ranges one of which the field's number must be in. ``now`` is aware; days and hours are meant in its zone."""
    type = leaf.field.type
    match leaf:
        case Compare(_, op, value):
            return (_compared(op, span(value, type, now)),)
        case Between(_, low, high):
            first, last = span(low, type, now), span(high, type, now)
            return (Range(first.low, last.high, with_high=last.with_high),)
        case OneOf(_, values):
            return tuple(dict.fromkeys(span(value, type, now) for value in values))
        case Within():
            return (_within(leaf, now),)
    raise ValueError(f"{leaf!r} does not compare numbers")


def span(value: Value, type: Type, now: datetime) -> Range:
    """The stretch a written value stands for: a day or a minute of a datetime, one point of everything else."""
    if isinstance(value, Day):
        value = now.date() + timedelta(days=value.offset)
    if type is not Type.DATETIME:
        point = to_number(value, type)
        return Range(point, point)
    start, end = _moments(value)
    return Range(_instant(start, now), _instant(end, now), with_high=False)


def _compared(op: Op, at: Range) -> Range:
    match op:
        case Op.EQUAL:
            return at
        case Op.LESS:
            return Range(high=at.low, with_high=False)
        case Op.AT_MOST:
            return Range(high=at.high, with_high=at.with_high)
        case Op.MORE:
            return Range(low=at.high, with_low=not at.with_high)
        case Op.AT_LEAST:
            return Range(low=at.low)
    raise ValueError(f"{op} does not compare numbers")


def _moments(value: Value) -> tuple[datetime, datetime]:
    """Begin and end of what was written, on the clock of the zone."""
    if isinstance(value, datetime):
        return value, value + (timedelta(seconds=1) if value.second else timedelta(minutes=1))
    if isinstance(value, date):
        start = datetime.combine(value, time())
        return start, start + timedelta(days=1)
    raise ValueError(f"{value!r} is no moment")


def _instant(moment: datetime, now: datetime) -> float:
    return to_number(moment.replace(tzinfo=now.tzinfo), Type.DATETIME)


def _within(leaf: Within, now: datetime) -> Range:
    other = _shift(now, leaf.amount if leaf.ahead else -leaf.amount, leaf.unit)
    first, last = sorted((now.astimezone(UTC), other.astimezone(UTC)))
    if leaf.field.type is Type.DATE:
        days = sorted((now.date(), other.date()))
        return Range(to_number(days[0], Type.DATE), to_number(days[1], Type.DATE))
    return Range(to_number(first, Type.DATETIME), to_number(last, Type.DATETIME))


def _shift(moment: datetime, amount: int, unit: Unit) -> datetime:
    """A moment so many units later; minutes and hours by elapsed time, the rest by the calendar."""
    match unit:
        case Unit.YEAR:
            return _shift_months(moment, amount * 12)
        case Unit.MONTH:
            return _shift_months(moment, amount)
    seconds = {Unit.MINUTE: 60, Unit.HOUR: 3600, Unit.DAY: 86_400, Unit.WEEK: 604_800}[unit]
    if seconds < 86_400:
        return (moment.astimezone(UTC) + timedelta(seconds=seconds * amount)).astimezone(moment.tzinfo)
    return moment + timedelta(seconds=seconds * amount)


def _shift_months(moment: datetime, months: int) -> datetime:
    """The same day so many months later, or the last of the month where it is shorter."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))
