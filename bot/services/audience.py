"""Whom a rule means: pages of people by key, counts, sets of ids, and conditions for statements that walk people.

Everywhere a rule of None means everyone, and `now` is aware and in the bot's zone, in which days are meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, true
from sqlalchemy.orm import Session

from bot.rules import Rule, parse, simplify
from bot.services import audience_groups, variables
from bot.services.audience_count import Counting
from bot.services.audience_order import Key, Order, Sort
from bot.services.audience_rare import Rare, number_of
from bot.services.audience_sql import Compiler, everyone
from bot.services.audience_walk import Walk

#: How far a list counts by itself; beyond that it says "10,000+".
CAP = 10_000


@dataclass(frozen=True, slots=True)
class Page:
    """Some people in the order of a list, and the places before and after them; None where the list ends."""

    ids: tuple[int, ...]
    previous: Key | None
    next: Key | None


@dataclass(frozen=True, slots=True)
class Count:
    """How many people; not exact means "that many or more"."""

    number: int
    exact: bool


def read(db: Session, text: str) -> Rule:
    """The rule that an admin wrote, over all variables and groups there are. Raises RuleError."""
    return parse(text, variables.names(db), groups=audience_groups.names(db))


def user_ids(db: Session, rule: Rule | None, *, now: datetime) -> Select[int]:
    """A SELECT of the ids of everybody the rule means, each once; for snapshots and counts."""
    return everyone() if rule is None else Compiler(db, now).ids(simplify(rule))


def holds(db: Session, rule: Rule | None, *, now: datetime) -> ColumnElement[bool]:
    """The rule as a condition on a row of `users`, for statements that walk people; never null."""
    return true() if rule is None else Compiler(db, now).holds(simplify(rule))


class Asked:
    """A rule that is asked several things at one moment, such as a page and the number above it."""

    def __init__(self, db: Session, rule: Rule | None, *, now: datetime) -> None:
        self._db = db
        self._rule = rule if rule is None else simplify(rule)
        self._rare = Rare(db, Compiler(db, now)) if rule is not None else None

    def count(self, cap: int | None = CAP) -> Count:
        """How many people the rule means: exact up to `cap`; with None to the end, however long it takes.

        Where it takes long to count to `cap`, thousands may be counted less far: "3,000 or more".
        """
        if self._rule is None or self._rare is None:
            number = number_of(self._db, everyone() if cap is None else everyone().limit(cap + 1))
            return Count(number, True) if cap is None or number <= cap else Count(cap, False)
        counting = Counting(self._rare, self._rule)
        return Count(counting.exactly(), True) if cap is None else Count(*counting.up_to(cap))

    def page(
        self, *, sort: Sort = Sort.LAST_SEEN, after: Key | None = None, before: Key | None = None, size: int = 8
    ) -> Page:
        """The people that come after a place in the list, or right before it; without a place the first ones."""
        order = Order(sort, backwards=before is not None)
        found = self._next(order, before or after, size + 1)
        keys = found[:size]
        more = len(found) > size
        if order.backwards:
            keys.reverse()
            return _page(keys, has_previous=more, has_next=True)
        return _page(keys, has_previous=after is not None, has_next=more)

    def _next(self, order: Order, start: Key | None, wanted: int) -> list[Key]:
        if self._rule is None or self._rare is None:
            return order.keys(self._db, order.beyond(start, ("id", order.column), limit=wanted))
        return Walk(self._rare, self._rule, order).next(start, wanted)


def count(db: Session, rule: Rule | None, *, now: datetime, cap: int | None = CAP) -> Count:
    """How many people the rule means: see `Asked.count`."""
    return Asked(db, rule, now=now).count(cap)


def page(
    db: Session,
    rule: Rule | None,
    *,
    now: datetime,
    sort: Sort = Sort.LAST_SEEN,
    after: Key | None = None,
    before: Key | None = None,
    size: int = 8,
) -> Page:
    """The people that come after a place in the list, or right before it; without a place the first ones."""
    return Asked(db, rule, now=now).page(sort=sort, after=after, before=before, size=size)


def _page(keys: list[Key], *, has_previous: bool, has_next: bool) -> Page:
    previous = keys[0] if keys and has_previous else None
    return Page(tuple(key.user_id for key in keys), previous, keys[-1] if keys and has_next else None)
