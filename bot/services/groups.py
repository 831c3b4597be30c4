"""Saved groups as they are: a name and its rules. Who is in one is asked afresh each time and never stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from zlib import crc32

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from bot.flow.markup import clean
from bot.rules import Field, IsSet, Not, Rule, RuleError, Type, fold, groups_named, parse
from bot.services import audience_groups, variables
from bot.services.refusal import Refusal
from models import Group, GroupRule

#: The rules for "all people there are" and for "nobody", where they must be written down.
EVERYBODY = IsSet(Field("id", Type.NUMBER))
NOBODY = Not(EVERYBODY)


class Matching(StrEnum):
    """What lies between the rules of a group."""

    ALL = "all"
    ANY = "any"
    #: A choice of its own; rules do not count.
    EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class Line:
    """One rule of a group. `rule` is None where it cannot be read any more, so that it never holds."""

    position: int
    text: str
    rule: Rule | None

    @property
    def mark(self) -> int:
        """Tells this rule from another one that may stand in its place later; 32 bits."""
        return crc32(self.text.encode())

    @property
    def seen(self) -> tuple[int, int]:
        """Place and mark: what a button carries to name this rule."""
        return self.position, self.mark


@dataclass(frozen=True, slots=True)
class SavedRules:
    """A group with its rules, in their order."""

    id: int
    name: str
    matching: Matching
    lines: tuple[Line, ...]

    @property
    def rule(self) -> Rule | None:
        """The group as one rule, as `audience` takes it: None is everyone."""
        return whom(self.matching, [line.rule for line in self.lines])

    @property
    def named(self) -> frozenset[str]:
        """The groups its rules ask about, folded."""
        return frozenset(fold(name) for line in self.lines if line.rule for name in groups_named(line.rule))


def whom(matching: str, rules: Sequence[Rule | None]) -> Rule | None:
    """Several rules as one: None is everyone, `NOBODY` where nobody can match. A None among them never holds."""
    if matching == Matching.EVERYONE:
        return None
    return audience_groups.combined(matching, rules) or NOBODY


def get(db: Session, group_id: int) -> SavedRules:
    """The group. Raises a Refusal where it was deleted."""
    found = _read(db, Group.id == group_id)
    if not found:
        raise Refusal("groups.gone")
    return found[0]


def find(db: Session, name: str) -> SavedRules:
    """The group of that name, whatever its case. Raises a Refusal, with the nearest name, where there is none."""
    found = _read(db, Group.folded == fold(name))
    if found:
        return found[0]
    known = {fold(known): known for known in audience_groups.names(db)}
    near = get_close_matches(fold(name), known, n=1)
    if near:
        raise Refusal("groups.unknown_near", name=clean(name), near=known[near[0]])
    raise Refusal("groups.unknown", name=clean(name))


def everything(db: Session) -> list[SavedRules]:
    """All groups, newest first."""
    return _read(db, true())


def page(db: Session, *, before: int | None = None, size: int = 8) -> tuple[list[SavedRules], bool]:
    """The groups with ids below `before`, newest first, and whether there are older ones."""
    query = select(Group.id).order_by(Group.id.desc()).limit(size + 1)
    ids = db.scalars(query if before is None else query.where(Group.id < before)).all()
    return _read(db, Group.id.in_(ids[:size])), len(ids) > size


def total(db: Session) -> int:
    """How many groups there are."""
    return db.scalar(select(func.count()).select_from(Group)) or 0


def _read(db: Session, which: ColumnElement[bool]) -> list[SavedRules]:
    rows = db.execute(select(Group.id, Group.name, Group.matching).where(which).order_by(Group.id.desc())).all()
    written = db.execute(
        select(GroupRule.group_id, GroupRule.position, GroupRule.text)
        .where(GroupRule.group_id.in_([row.id for row in rows]))
        .order_by(GroupRule.position)
    ).all()
    fields = tuple(sorted(variables.names(db).items()))
    return [
        SavedRules(
            row.id,
            row.name,
            Matching(row.matching),
            tuple(
                Line(line.position, line.text, _rule(line.text, fields)) for line in written if line.group_id == row.id
            ),
        )
        for row in rows
    ]


@lru_cache(maxsize=1024)
def _rule(text: str, fields: tuple[tuple[str, Type], ...]) -> Rule | None:
    try:
        return parse(text, dict(fields))
    except RuleError:  # a variable changed its type since: the rule holds for nobody until somebody mends it
        return None
