"""Saved groups as rules refer to them: looked up by name, read once, and never in a circle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.rules import And, InGroup, Leaf, Or, Rule, RuleError, Type, fold, groups_named, leaves, parse
from models import Group, GroupRule

log = structlog.get_logger(__name__)

#: Groups that may stand inside one another.
MAX_NESTING = 10
#: Conditions of a rule with all its groups written out; far more than that is beyond what SQLite parses.
MAX_CONDITIONS = 1000


@dataclass(frozen=True, slots=True)
class SavedGroup:
    """A group and its rules, read. `rule` is None where everyone matches whatever it says, or nobody can."""

    id: int
    name: str
    everyone: bool
    rule: Rule | None


#: A group by its folded name, asked for inside of groups; None where there is none or it stands in itself.
GroupOf: TypeAlias = Callable[[str, tuple[str, ...]], SavedGroup | None]


def names(db: Session) -> list[str]:
    """The names of all groups, for the parser."""
    return list(db.scalars(select(Group.name).order_by(Group.folded)))


def find(db: Session, name: str, fields: Mapping[str, Type]) -> SavedGroup | None:
    """The group that a rule names; None where there is none."""
    row = db.execute(select(Group.id, Group.name, Group.matching).where(Group.folded == fold(name))).one_or_none()
    if row is None:
        return None
    if row.matching == "everyone":
        return SavedGroup(row.id, row.name, True, None)
    written = select(GroupRule.text).where(GroupRule.group_id == row.id).order_by(GroupRule.position)
    rule = combined(row.matching, [_read(text, fields) for text in db.scalars(written)])
    return SavedGroup(row.id, row.name, False, rule)


def combined(matching: str, rules: Iterable[Rule | None]) -> Rule | None:
    """One rule of several: "all" or "any" of them; None where that matches nobody. A None among them never holds."""
    rules = tuple(rules)
    if matching == "all":
        usable = tuple(rule for rule in rules if rule is not None)
        return _together(And, usable) if len(usable) == len(rules) else None
    return _together(Or, tuple(rule for rule in rules if rule is not None))


def _together(kind: type[And | Or], rules: tuple[Rule, ...]) -> Rule | None:
    if len(rules) > 1:
        return kind(rules)
    return rules[0] if rules else None


def weigh(rule: Rule, group_of: GroupOf, known: dict[str, int], path: tuple[str, ...] = ()) -> int:
    """How many conditions the rule has once its groups are written out; `known` keeps those of each group, folded.

    `group_of` is asked for a folded name inside of the groups of a path.
    """
    return sum(_weigh_leaf(leaf, group_of, known, path) for leaf in leaves(rule))


def _weigh_leaf(leaf: Leaf, group_of: GroupOf, known: dict[str, int], path: tuple[str, ...]) -> int:
    if not isinstance(leaf, InGroup):
        return 1
    name = fold(leaf.name)
    if name not in known:
        group = group_of(name, path)
        known[name] = weigh(group.rule, group_of, known, (*path, name)) if group and group.rule else 1
    return known[name]


def circle(db: Session, name: str, rules: Iterable[Rule], fields: Mapping[str, Type]) -> tuple[str, ...]:
    """The way round if the group called `name` had these rules: ("VIP", "Pro", "VIP"); empty if there is none.

    Groups nested deeper than ten count as a way round that does not end: the way down is returned.
    """
    asked = sorted({name for rule in rules for name in groups_named(rule)})
    return _way_back(db, name, (name,), asked, fields)


def _way_back(
    db: Session, name: str, way: tuple[str, ...], asked: Iterable[str], fields: Mapping[str, Type]
) -> tuple[str, ...]:
    for inner in asked:
        here = (*way, inner)
        if fold(inner) == fold(name) or len(way) > MAX_NESTING:
            return here
        group = find(db, inner, fields)
        deeper = sorted(groups_named(group.rule)) if group and group.rule else []
        if found := _way_back(db, name, here, deeper, fields):
            return found
    return ()


def _read(text: str, fields: Mapping[str, Type]) -> Rule | None:
    try:
        return _parsed(text, tuple(sorted(fields.items())))
    except RuleError as error:  # a variable that a rule of this group names is declared no longer
        log.warning("group rule cannot be read", rule=text, problem=str(error))
        return None


@lru_cache(maxsize=256)
def _parsed(text: str, fields: tuple[tuple[str, Type], ...]) -> Rule:
    return parse(text, dict(fields))
