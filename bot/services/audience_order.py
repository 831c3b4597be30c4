"""The orders in which people are listed, and places in them that fit into a button."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Tuple, literal, select, tuple_
from sqlalchemy.orm import Session

from bot.services.audience_fence import fenced
from bot.services.audience_leaves import USERS

_FIRST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
#: The finest that the databases keep.
_STEP = timedelta(microseconds=1)


class Sort(enum.StrEnum):
    """What a list of people is sorted by."""

    LAST_SEEN = "last_seen"
    JOINED = "joined"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Key:
    """A place in a list: a person, and the moment they stood there with; none in a list by name.

    The moment is the one that was seen, so that a list keeps its place although the person has been active since.
    """

    user_id: int
    at: datetime | None = None

    def __str__(self) -> str:
        """The place in at most 32 characters: "101" or "101.1763812800000000"."""
        return str(self.user_id) if self.at is None else f"{self.user_id}.{(self.at - _FIRST_MOMENT) // _STEP}"

    @classmethod
    def read(cls, text: str) -> Key:
        """The way back from `str`. Raises ValueError, or OverflowError for a moment beyond the calendar."""
        user_id, _, moment = text.partition(".")
        return cls(int(user_id), _FIRST_MOMENT + int(moment) * _STEP if moment else None)


@dataclass(frozen=True, slots=True)
class Order:
    """One way through the list; backwards for the page before a place."""

    sort: Sort
    backwards: bool = False

    @property
    def column(self) -> str:
        """The column of `users` that is sorted by, before the id."""
        return {Sort.LAST_SEEN: "last_seen_at", Sort.JOINED: "joined_at", Sort.NAME: "search"}[self.sort]

    def beyond(
        self, start: Key | None, columns: Iterable[str], *, limit: int, people: FromClause = USERS
    ) -> Select[Any]:
        """These columns of the next `limit` people beyond a place."""
        query = self._from(start, select(*(people.c[name] for name in columns)), people)
        return self.sorted(query, people).limit(limit)

    def people(self, start: Key | None, end: Key | None, columns: Iterable[str], *, limit: int) -> Select[Any]:
        """These columns of the people beyond a place, up to `end`, else `limit`; `first` asks them one by one."""
        sorted_by = USERS.c[self.column].label("place"), USERS.c.id.label("place_id")
        query = self._from(start, select(*sorted_by, *(fenced(USERS.c[name]) for name in columns)), USERS)
        if end is None:
            return self.sorted(query, USERS).limit(limit)
        here, there = tuple_(USERS.c[self.column], USERS.c.id), self._place(end)
        return query.where(here <= there if self._rising else here >= there)

    def first(self, people: FromClause, condition: ColumnElement[bool], wanted: int) -> Select[Any]:
        """The places of the first ones of `people` who fulfil a condition."""
        place, place_id = people.c.place, people.c.place_id
        query = select(place.label(self.column), place_id.label("id")).where(condition).limit(wanted)
        return query.order_by(*self._in_order(place, place_id))

    def _from(self, start: Key | None, query: Select[Any], people: FromClause) -> Select[Any]:
        if start is None:
            return query
        here, there = tuple_(people.c[self.column], people.c.id), self._place(start)
        return query.where(here > there if self._rising else here < there)

    def sorted(self, query: Select[Any], people: FromClause) -> Select[Any]:
        """The query in this order."""
        return query.order_by(*self._in_order(people.c[self.column], people.c.id))

    def _in_order(self, *columns: ColumnElement[Any]) -> list[ColumnElement[Any]]:
        return [column.asc() if self._rising else column.desc() for column in columns]

    def keys(self, db: Session, query: Select[Any]) -> list[Key]:
        """The places of the rows of a query that has the id and the column that is sorted by."""
        rows = db.execute(query)
        return [Key(row.id, None if self.sort is Sort.NAME else getattr(row, self.column)) for row in rows]

    @property
    def _rising(self) -> bool:
        return (self.sort is Sort.NAME) is not self.backwards

    def _place(self, key: Key) -> Tuple:
        return tuple_(self._value(key), literal(key.user_id, USERS.c.id.type))

    def _value(self, start: Key) -> Any:
        column = USERS.c[self.column]
        if self.sort is Sort.NAME:
            return select(column).where(USERS.c.id == start.user_id).scalar_subquery()
        return literal(start.at, column.type)
