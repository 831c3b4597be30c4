"""One condition of a rule as SQL: which table knows the answer, and what its rows must be like."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias, TypeGuard

from sqlalchemy import ColumnElement, FromClause, Select, and_, exists, false, not_, or_, select, true

from bot.rules import Compare, FieldTest, IsSet, OneOf, Op, Range, Rule, Type, from_number, ranges, texts
from bot.services import sql
from bot.services.audience_begin import begins_with
from bot.services.users_folded import FOLDED_FIELDS, twin
from models import User, UserTag, UserVariable

USERS = sql.table(User)
_TAGS = sql.table(UserTag)
_VALUES = sql.table(UserVariable)

#: Columns of `users` behind the system fields that are not texts.
_COLUMNS = {"id": "id", "joined": "joined_at", "last_seen": "last_seen_at"}
_SWITCHES: Mapping[str, tuple[str, Callable[[ColumnElement[Any]], ColumnElement[bool]]]] = {
    "bot_active": ("bot_off_since", lambda column: column.is_(None)),
    "blocked": ("blocked_at", lambda column: column.is_not(None)),
    "gone": ("gone_at", lambda column: column.is_not(None)),
    "unsubscribed": ("unsubscribed_at", lambda column: column.is_not(None)),
    "muted": ("muted_at", lambda column: column.is_not(None)),
    "banned": ("banned_at", lambda column: column.is_not(None)),
}


#: Letters that LIKE reads in a way of its own, and the one that SQLAlchemy escapes them with.
_WILD = frozenset("%_\\/")
#: Turns the end of a range into what the column holds; "up" says where to round to, if it must.
Bound: TypeAlias = Callable[[float, bool], Any]


@dataclass(frozen=True, slots=True)
class Found:
    """Rows that answer a condition: the column that says whose they are, what they must be like."""

    whose: ColumnElement[int]
    where: ColumnElement[bool]
    #: Somebody can have several such rows.
    repeats: bool = False

    def ids(self) -> Select[int]:
        """The ids of the people for whom the condition holds, each once."""
        ids = select(self.whose).where(self.where)
        return ids.distinct() if self.repeats else ids

    def holds(self, people: FromClause) -> ColumnElement[bool]:
        """The condition on one row of `people`: never null, so that it can be turned by NOT."""
        if self.whose is people.c.id:
            return self.where
        # the OFFSET keeps PostgreSQL from making a join of it, which would read every value there is
        return exists(select(1).where(self.whose == people.c.id, self.where).offset(0))


def column_of(name: str) -> str | None:
    """The column of `users` that a system field is read from; None for what stands in another table."""
    if name in FOLDED_FIELDS:
        return twin(name)
    return _SWITCHES[name][0] if name in _SWITCHES else _COLUMNS.get(name)


def told_by_user(rule: Rule) -> TypeGuard[FieldTest]:
    """Whether the rule is one condition whose answer stands in the row of the user."""
    return isinstance(rule, FieldTest) and column_of(rule.field.name) is not None


def usual(rule: Rule, now: datetime) -> bool:
    """Whether a rule is that a switch stands as it does for nearly all: no moment is noted, so no index leads there."""
    return (
        told_by_user(rule)
        and rule.field.name in _SWITCHES
        and not isinstance(rule, IsSet)
        and (1.0 in ranges(rule, now)[0]) is (rule.field.name == "bot_active")
    )


def find(leaf: FieldTest, people: FromClause, variables: Mapping[str, int], now: datetime) -> Found:
    """Where the answer to a condition stands. `people` has the columns of `users` that `column_of` names."""
    name = leaf.field.name
    if name == "tag":
        equal = isinstance(leaf, Compare) and leaf.op is Op.EQUAL
        return Found(_TAGS.c.user_id, _text(leaf, _TAGS.c.tag), repeats=not equal)
    if column := column_of(name):
        return Found(people.c.id, _system(leaf, people.c[column], now))
    if name not in variables:
        return Found(people.c.id, false())
    kept = _text(leaf, _VALUES.c.folded) if leaf.field.type is Type.TEXT else _number(leaf, _VALUES.c.number, now)
    return Found(_VALUES.c.user_id, and_(_VALUES.c.variable_id == variables[name], kept))


def denied(leaf: FieldTest, now: datetime) -> ColumnElement[bool]:
    """That a condition on a row of `users` does not hold, so that an index can be read where there is one."""
    column = USERS.c[column_of(leaf.field.name) or ""]
    if column.nullable or isinstance(leaf, IsSet):
        return not_(_system(leaf, column, now))
    bound = _moment if leaf.field.type is Type.DATETIME else _whole
    return and_(true(), *(or_(false(), *_outside(column, span, bound)) for span in ranges(leaf, now)))


def _outside(column: ColumnElement[Any], span: Range, bound: Bound) -> list[ColumnElement[bool]]:
    below = Range(high=span.low, with_high=not span.with_low)
    above = Range(low=span.high, with_low=not span.with_high)
    return [_in(column, part, bound) for part in (below, above) if math.isfinite(part.low) or math.isfinite(part.high)]


def _system(leaf: FieldTest, column: ColumnElement[Any], now: datetime) -> ColumnElement[bool]:
    match leaf.field.type:
        case Type.TEXT:
            return _given(column, _text(leaf, column))
        case Type.BOOLEAN:
            return true() if isinstance(leaf, IsSet) else _switch(leaf, column, now)
        case Type.DATETIME:
            return _given(column, _number(leaf, column, now, _moment))
    return _given(column, _number(leaf, column, now, _whole))


def _given(column: ColumnElement[Any], condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition on a row of a person, where null, which is "not set", makes it false and not null.

    Where rows stand for a value each, a look into an index by the condition alone is faster: SQLite would take "not
    null" for the beginning of a range.
    """
    return and_(column.is_not(None), condition)


def _text(leaf: FieldTest, column: ColumnElement[Any]) -> ColumnElement[bool]:
    """A condition on folded texts."""
    if isinstance(leaf, IsSet):
        return column.is_not(None)
    assert isinstance(leaf, Compare | OneOf)
    return _compare(leaf, column, texts(leaf))


def _compare(leaf: Compare | OneOf, column: ColumnElement[Any], wanted: Sequence[str]) -> ColumnElement[bool]:
    if isinstance(leaf, OneOf):
        return column.in_(wanted) if wanted else false()
    match leaf.op:
        case Op.CONTAINS:  # without ESCAPE it is a quarter faster, and only so SQLite sees that the index will do
            return column.is_not(None) & column.contains(wanted[0], autoescape=bool(_WILD & set(wanted[0])))
        case Op.STARTS_WITH:
            return begins_with(column, wanted[0])
        case Op.ENDS_WITH:
            return column.is_not(None) & column.endswith(wanted[0], autoescape=True)
    return column == wanted[0]


def _plain(number: float, up: bool) -> Any:
    return number


def _whole(number: float, up: bool) -> Any:
    """For whole numbers: a fraction as an end would make PostgreSQL read past the index."""
    return math.ceil(number) if up else math.floor(number)


def _moment(number: float, up: bool) -> Any:
    return from_number(number, Type.DATETIME)


def _number(leaf: FieldTest, column: ColumnElement[Any], now: datetime, bound: Bound = _plain) -> ColumnElement[bool]:
    if isinstance(leaf, IsSet):
        return column.is_not(None)
    spans = ranges(leaf, now)
    if len(spans) > 1 and bound is _plain and all(span == Range(span.low, span.low) for span in spans):
        return column.in_([span.low for span in spans])
    return or_(*(_in(column, span, bound) for span in spans))


def _in(column: ColumnElement[Any], span: Range, bound: Bound) -> ColumnElement[bool]:
    if span.low == span.high and bound(span.low, True) == bound(span.high, False):
        return column == bound(span.low, True) if span.with_low and span.with_high else false()
    ends: list[ColumnElement[bool]] = []
    if math.isfinite(span.low):
        low = bound(span.low, span.with_low)
        ends.append(column >= low if span.with_low else column > low)
    if math.isfinite(span.high):
        high = bound(span.high, not span.with_high)
        ends.append(column <= high if span.with_high else column < high)
    return and_(*ends)


def _switch(leaf: FieldTest, column: ColumnElement[Any], now: datetime) -> ColumnElement[bool]:
    """A boolean that is told by whether a moment is there; it is always set."""
    on = _SWITCHES[leaf.field.name][1](column)
    (allowed,) = ranges(leaf, now)
    return on if 1.0 in allowed else ~on
