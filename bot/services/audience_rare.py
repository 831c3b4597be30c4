"""Telling rare from frequent by looking, at the price of a few index reads: what to read first is decided by that."""

from __future__ import annotations

import json
from collections.abc import Collection

from sqlalchemy import BigInteger, ColumnElement, Select, any_, column, false, func, literal, select, union
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from bot.rules import And, Compare, InGroup, Not, Op, Or, Rule, leaves
from bot.services import sql
from bot.services.audience_leaves import USERS, told_by_user
from bot.services.audience_sql import Compiler, everyone

#: So few people are read and sorted as a whole faster than others are walked to find them.
FEW = 3_000
#: So few are, where walking has found nobody yet.
SOME = 50_000


class Rare:
    """Looks for a condition of a rule that few people fulfil."""

    def __init__(self, db: Session, compiler: Compiler) -> None:
        self._db = db
        self._compiler = compiler
        self._groups: dict[tuple[str, int, bool], Select[int] | None] = {}

    def few(self, rule: Rule, most: int = FEW, *, scan: bool = False) -> Select[int] | None:
        """The ids of `most` people or fewer, among them everybody the rule means, if one condition is that rare.

        With `scan` also such conditions are looked at as must be held against all there is to see that they are rare.
        """
        match rule:
            case And(parts):
                ordered = sorted(parts, key=lambda part: (_scans(part), len(list(leaves(part)))))
                sets = (self.few(part, most, scan=scan) for part in ordered)
                return next((small for small in sets if small is not None), None)
            case Or(parts):
                return self._few_of_each(parts, most, scan)
            case InGroup(name):
                return self._few_members(name, most, scan)
        if _scans(rule):
            return self._scanned(rule) if scan else None
        ids = self._compiler.ids(rule)
        return ids if number_of(self._db, ids.limit(most + 1)) <= most else None

    def among(self, rule: Rule, ids: Select[int]) -> Select[int]:
        """Those of a few people whom the rule means; their rows of `users` are read only if it asks about them."""
        few = ids.subquery()
        people = USERS if self._compiler.columns(rule) else select(few.c[0].label("id")).subquery("few")
        meant = select(people.c.id).where(self._compiler.holds(rule, people))
        return meant.where(is_one_of(self._db, ids)) if people is USERS else meant

    def _few_members(self, name: str, most: int, scan: bool) -> Select[int] | None:
        """The same for a group, which is looked at once although many rules may ask about it."""
        if (name, most, scan) not in self._groups:
            inner = self._compiler.rule_of(name)
            self._groups[name, most, scan] = None if inner is None else self.few(inner, most, scan=scan)
        return self._groups[name, most, scan]

    def _few_of_each(self, parts: tuple[Rule, ...], most: int, scan: bool) -> Select[int] | None:
        sets = []
        for part in parts:
            small = self.few(part, most, scan=scan)
            if small is None:
                return None
            sets.append(small)
        either = union(*sets).subquery()
        return select(either.c[0])

    def _scanned(self, rule: Rule) -> Select[int] | None:
        """What was read at such length is kept."""
        if isinstance(rule, Not):
            return everyone().where(false()) if self.everybody(rule.part) else None
        found = self._db.scalars(self._compiler.ids(rule).limit(FEW + 1)).all()
        return listed(self._db, found) if len(found) <= FEW else None

    def everybody(self, rule: Rule) -> bool:
        """Whether everybody is meant: those who are looked at first, and if so as many as there are people."""
        people = select(USERS.c.id).order_by(USERS.c.id).limit(FEW).subquery("people")
        columns_needed = self._compiler.columns(rule)
        if columns_needed or isinstance(rule, And | Or | Not):
            return False
        without = select(people.c.id).where(~self._compiler.holds(rule, people)).limit(1)
        if self._db.scalar(without) is not None:
            return False
        return number_of(self._db, self._compiler.ids(rule)) == number_of(self._db, everyone())


def _scans(rule: Rule) -> bool:
    """Whether a condition is held against every value there is: no index leads to where a text is inside of another."""
    match rule:
        case And(parts):
            return all(_scans(part) for part in parts)
        case Or(parts):
            return any(_scans(part) for part in parts)
        case Not(part):
            return not told_by_user(part) or _scans(part)
        case Compare(_, op):
            return op in (Op.CONTAINS, Op.ENDS_WITH)
    return False


def listed(db: Session, ids: Collection[int]) -> Select[int]:
    """Ids that are known as a SELECT, in one bound value however many they are."""
    if sql.dialect(db) == "postgresql":
        return select(func.unnest(literal(sorted(ids), ARRAY(BigInteger))).column_valued("id"))
    rows = func.json_each(json.dumps(sorted(ids))).table_valued(column("value", BigInteger))
    return select(rows.c.value)


def is_one_of(db: Session, ids: Select[int]) -> ColumnElement[bool]:
    """That somebody is among a few: PostgreSQL reads these first, and then their rows by key, whatever it expects."""
    if sql.dialect(db) == "postgresql":
        return USERS.c.id == any_(func.array(ids.scalar_subquery()))
    return USERS.c.id.in_(ids)


def number_of(db: Session, ids: Select[int]) -> int:
    """How many rows a SELECT has."""
    return db.scalar(select(func.count()).select_from(ids.subquery())) or 0
