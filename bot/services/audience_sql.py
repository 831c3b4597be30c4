"""A whole rule as SQL: as a set of ids, by set algebra over index reads, or as a condition on one person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    FromClause,
    Select,
    and_,
    except_,
    false,
    intersect,
    not_,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.orm import Session

from bot.rules import And, InGroup, Not, Or, Rule, Type, fold, groups_named, leaves
from bot.services import audience_groups, sql
from bot.services.audience_groups import MAX_CONDITIONS, MAX_NESTING, SavedGroup
from bot.services.audience_leaves import USERS, column_of, denied, find, told_by_user
from bot.services.refusal import Refusal
from models import Variable

#: Conditions of nested groups that are written out in one probe; a group that would add more is asked as a set.
MAX_PROBES = 200


class Compiler:
    """Compiles rules for one moment. Looks up variables and groups in the database, each group once.

    Raises Refusal for a rule that has more than a thousand conditions with those of its groups.
    """

    def __init__(self, db: Session, now: datetime) -> None:
        self._db = db
        self.now = now
        rows = db.execute(select(Variable.id, Variable.name, Variable.type)).all()
        self._variables = {row.name: row.id for row in rows}
        self.fields = {row.name: Type(row.type) for row in rows}
        self._groups: dict[str, SavedGroup | None] = {}
        self._sets: dict[str, CTE] = {}
        self._weights: dict[str, int] = {}
        self._probes = 0

    def ids(self, rule: Rule) -> Select[int]:
        """The ids of the people for whom the rule holds, each once."""
        self._check(rule)
        return self._ids(rule, ())

    def common(self, sets: Sequence[Select[int]]) -> Select[int]:
        """The ids that are in all of one or more sets."""
        return self._set(intersect(*sets)) if len(sets) > 1 else sets[0]

    def variable_id(self, name: str) -> int | None:
        """The number of a variable; None for a field of the system."""
        return self._variables.get(name)

    def _check(self, rule: Rule) -> None:
        if audience_groups.weigh(rule, self._group, self._weights) > MAX_CONDITIONS:
            raise Refusal("refusals.rule_too_large", limit=MAX_CONDITIONS)

    def _ids(self, rule: Rule, path: tuple[str, ...]) -> Select[int]:
        """The same inside of the groups named in `path`."""
        match rule:
            case And(parts):
                return self._all_of(parts, path)
            case Or(parts):
                return self._set(union(*(self._ids(part, path) for part in parts)))
            case Not(part) if told_by_user(part):
                return everyone().where(denied(part, self.now))
            case Not(part):
                return self._set(except_(everyone(), self._ids(part, path)))
            case InGroup(name):
                return self._members(fold(name), path)
        return find(rule, USERS, self._variables, self.now).ids()

    def holds(self, rule: Rule, people: FromClause = USERS) -> ColumnElement[bool]:
        """The rule as a condition on one row of `people`, which has the `columns` of the rule; never null."""
        self._check(rule)
        self._probes = 0
        return self._holds(rule, people, ())

    def _holds(self, rule: Rule, people: FromClause, path: tuple[str, ...]) -> ColumnElement[bool]:
        match rule:
            case And(parts):
                return and_(*(self._holds(part, people, path) for part in parts))
            case Or(parts):
                return or_(*(self._holds(part, people, path) for part in parts))
            case Not(part):
                return not_(self._holds(part, people, path))
            case InGroup(name):
                return self._is_member(fold(name), people, path)
        self._probes += 1
        return find(rule, people, self._variables, self.now).holds(people)

    def rule_of(self, name: str) -> Rule | None:
        """The rule of a saved group; None where there is none to look into, or it leads into a circle."""
        group = self._group(fold(name), ())
        return group.rule if group and group.rule and not self._circles(fold(name)) else None

    def _circles(self, name: str) -> bool:
        start = self._group(name, ())
        inside = self._with_groups(start.rule) if start and start.rule else ()
        return any(fold(inner) == name for part in inside for inner in groups_named(part))

    def columns(self, rule: Rule) -> frozenset[str]:
        """The columns of `users` that `holds` reads."""
        leaves_here = (leaf for part in self._with_groups(rule) for leaf in leaves(part))
        names = (column_of(leaf.field.name) for leaf in leaves_here if not isinstance(leaf, InGroup))
        return frozenset(name for name in names if name)

    def _with_groups(self, rule: Rule) -> Iterator[Rule]:
        """The rule, and those of the groups it leads to, each once."""
        seen, waiting = set[str](), [rule]
        while waiting:
            yield (part := waiting.pop())
            new = {fold(name) for name in groups_named(part)} - seen
            seen |= new
            waiting += [group.rule for name in new if (group := self._group(name, ())) and group.rule]

    def _all_of(self, parts: tuple[Rule, ...], path: tuple[str, ...]) -> Select[int]:
        """What holds, met with each other, less what must not hold: so the whole crowd is read only if it must be."""
        wanted = [self._ids(part, path) for part in parts if not _subtracts(part)] or [everyone()]
        unwanted = [self._ids(part.part, path) for part in parts if isinstance(part, Not) and _subtracts(part)]
        met = self.common(wanted)
        return self._set(except_(met, *unwanted)) if unwanted else met

    def _set(self, compound: CompoundSelect[int]) -> Select[int]:
        """A set that can be part of another one: SQLite takes no parentheses between UNION, INTERSECT and EXCEPT.

        SQLite also meets sets in order without writing them down, several times as fast, but only if it is told to.
        """
        if sql.dialect(self._db) == "sqlite":
            compound = compound.order_by(compound.selected_columns[0])
        ids = compound.subquery()
        return select(ids.c[0].label("id"))

    def _members(self, name: str, path: tuple[str, ...]) -> Select[int]:
        group = self._group(name, path)
        if group is None or not (group.everyone or group.rule):
            return everyone().where(false())
        if group.everyone or group.rule is None:
            return everyone()
        if name not in self._sets:
            self._sets[name] = self._ids(group.rule, (*path, name)).cte()
        return select(self._sets[name].c[0])

    def _is_member(self, name: str, people: FromClause, path: tuple[str, ...]) -> ColumnElement[bool]:
        group = self._group(name, path)
        if group is None or group.everyone or group.rule is None:
            return true() if group and group.everyone else false()
        if self._probes > MAX_PROBES:
            return people.c.id.in_(self._members(name, path))
        return self._holds(group.rule, people, (*path, name))

    def _group(self, name: str, path: tuple[str, ...]) -> SavedGroup | None:
        """The group, unless it stands in itself: saving refuses that, and if it slipped in nobody is in it."""
        if name in path or len(path) > MAX_NESTING:
            return None
        if name not in self._groups:
            self._groups[name] = audience_groups.find(self._db, name, self.fields)
        return self._groups[name]


def _subtracts(rule: Rule) -> bool:
    """Whether what must not hold is found elsewhere than what must."""
    return isinstance(rule, Not) and not told_by_user(rule.part)


def everyone() -> Select[int]:
    """The ids of all people."""
    return select(USERS.c.id)
