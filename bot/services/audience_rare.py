"""Telling rare from frequent by looking, at the price of a few index reads: what to read first is decided by that."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import BigInteger, ColumnElement, Select, any_, column, false, func, literal, select, union
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from bot.rules import And, Compare, InGroup, Not, Op, Or, Rule, leaves
from bot.services import audience_values, sql
from bot.services.audience_leaves import USERS, told_by_user
from bot.services.audience_sql import Compiler, everyone

#: So few people are read and sorted as a whole faster than others are walked to find them.
FEW = 3_000
#: So few are, where walking has found hardly anybody, and where it has found nobody for long.
MANY, SOME = 12_000, 50_000
#: People who are asked first whether everybody is meant.
_FIRST = 256


@dataclass(frozen=True, slots=True)
class Few:
    """People among whom all are that a rule means, and what of the rule is left to ask of them; None for nothing."""

    ids: Select[int]
    left: Rule | None = None


class Rare:
    """Looks for a condition of a rule that few people fulfil; for one moment, since it keeps what it has found."""

    def __init__(self, db: Session, compiler: Compiler) -> None:
        self.db = db
        self.compiler = compiler
        self._groups: dict[tuple[str, int, bool], Few | None] = {}
        #: For each condition how many it means, and how far that was counted.
        self._counted: dict[Rule, tuple[int, int]] = {}
        #: What took long to find out is asked once.
        self._choices: dict[Rule, Rule | None] = {}
        self._read: dict[Rule, Few | None] = {}
        self._everybody: dict[Rule, bool] = {}

    def few(self, rule: Rule, most: int = FEW, *, scan: bool = False) -> Few | None:
        """`most` people or fewer, among them everybody the rule means, if one condition is that rare.

        With `scan` also such conditions are looked at as must be held against all there is to see that they are rare.
        """
        match rule:
            case And(parts):
                return self._few_of_all(parts, most, scan)
            case Or(parts):
                return self._few_of_each(rule, parts, most, scan)
            case InGroup(name):
                return self._few_members(name, most, scan)
        if scans(rule):
            return self._scanned(rule, most) if scan else None
        return Few(self.compiler.ids(rule)) if self._counts(rule, most) else None

    def among(self, few: Few) -> Select[int]:
        """Those of a few people whom the rule means; their rows of `users` are read only if it asks about them."""
        if few.left is None:
            return few.ids
        ids = few.ids.subquery()
        people = USERS if self.compiler.columns(few.left) else select(ids.c[0].label("id")).subquery("few")
        meant = select(people.c.id).where(self.compiler.holds(few.left, people))
        return meant.where(is_one_of(self.db, few.ids)) if people is USERS else meant

    def as_choice(self, rule: Rule) -> Rule | None:
        """A condition on what is inside of a text as one on whole texts, where a variable has few values."""
        if not isinstance(rule, Compare) or rule.op not in (Op.CONTAINS, Op.ENDS_WITH):
            return None
        if rule not in self._choices:
            variable_id = self.compiler.variable_id(rule.field.name)
            choice = None if variable_id is None else audience_values.fitting(self.db, rule, variable_id)
            self._choices[rule] = choice
        return self._choices[rule]

    def everybody(self, rule: Rule) -> bool:
        """Whether everybody is meant: those who are looked at first, and if so as many as there are people."""
        if rule not in self._everybody:
            self._everybody[rule] = self._means_everybody(rule)
        return self._everybody[rule]

    def _means_everybody(self, rule: Rule) -> bool:
        people = select(USERS.c.id).order_by(USERS.c.id).limit(_FIRST).subquery("people")
        columns_needed = self.compiler.columns(rule)
        if columns_needed or isinstance(rule, And | Or | Not):
            return False
        without = select(people.c.id).where(~self.compiler.holds(rule, people)).limit(1)
        if self.db.scalar(without) is not None:
            return False
        return number_of(self.db, self.compiler.ids(rule)) == number_of(self.db, everyone())

    def _counts(self, rule: Rule, most: int) -> bool:
        """Whether a condition means so many people or fewer; counted no further than it must be, and that once."""
        number, limit = self._counted.get(rule, (1, 0))
        if number > limit and most > limit:
            number = number_of(self.db, self.compiler.ids(rule).limit(most + 1))
            self._counted[rule] = number, most
        return number <= most

    def _few_of_all(self, parts: tuple[Rule, ...], most: int, scan: bool) -> Few | None:
        """Those of the first part that few fulfil, or of all that more do: met with each other they are far fewer."""
        ordered = sorted(parts, key=lambda part: (scans(part), len(list(leaves(part)))))
        found: dict[Rule, Few] = {}
        for part in ordered:
            if (few := self.few(part, most)) is not None:
                found[part] = few
                if most <= FEW:
                    break
        if not found and scan:
            scanned = ((part, self.few(part, most, scan=True)) for part in ordered)
            found = dict(next(([(part, few)] for part, few in scanned if few is not None), []))
        if not found:
            return None
        if most > FEW:
            found |= self._also(part for part in ordered if part not in found)
        left = [few.left for few in found.values() if few.left] + [part for part in parts if part not in found]
        met = self.compiler.common([few.ids for few in found.values()])
        return Few(met, And(tuple(left)) if len(left) > 1 else next(iter(left), None))

    def _also(self, parts: Iterable[Rule]) -> dict[Rule, Few]:
        """Those of some parts that few fulfil, if more: met with rarer ones faster than each of these is asked."""
        met = ((part, self.few(part, 2 * MANY)) for part in parts)
        return {part: few for part, few in met if few is not None and few.left is None}

    def _few_members(self, name: str, most: int, scan: bool) -> Few | None:
        """The same for a group, which is looked at once although many rules may ask about it."""
        if (name, most, scan) not in self._groups:
            inner = self.compiler.rule_of(name)
            self._groups[name, most, scan] = None if inner is None else self.few(inner, most, scan=scan)
        return self._groups[name, most, scan]

    def _few_of_each(self, rule: Rule, parts: tuple[Rule, ...], most: int, scan: bool) -> Few | None:
        found = []
        for part in parts:
            few = self.few(part, most, scan=scan)
            if few is None:
                return None
            found.append(few)
        either = union(*(few.ids for few in found)).subquery()
        return Few(select(either.c[0]), rule if any(few.left for few in found) else None)

    def _scanned(self, rule: Rule, most: int) -> Few | None:
        if isinstance(rule, Not):
            return Few(everyone().where(false())) if self.everybody(rule.part) else None
        if (choice := self.as_choice(rule)) is not None:
            return self.few(choice, most)
        if rule not in self._read:
            found = self.db.scalars(self.compiler.ids(rule).limit(FEW + 1)).all()
            self._read[rule] = Few(listed(self.db, found)) if len(found) <= FEW else None
        return self._read[rule]


def scans(rule: Rule) -> bool:
    """Whether a condition is held against every value there is: no index leads to where a text is inside of another."""
    match rule:
        case And(parts):
            return all(scans(part) for part in parts)
        case Or(parts):
            return any(scans(part) for part in parts)
        case Not(part):
            return not told_by_user(part) or scans(part)
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
