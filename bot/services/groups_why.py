"""Why somebody is in a group, or is not: each rule with what is known of them, and yes or no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.flow.person import Person
from bot.rules import Fact, InGroup, Leaf, Rule, evaluate, leaves
from bot.services import groups, people, users
from bot.services.groups import Line, Matching, SavedRules
from bot.services.refusal import Refusal
from bot.services.setup import Setup


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule of the group, held against one person."""

    line: Line
    holds: bool
    #: What is known of the person in each field the rule reads; None: not set.
    known: Mapping[str, Fact | None]
    #: Whether they are in each group the rule asks about.
    member_of: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Why:
    """Whether somebody is a member, and how each rule decided."""

    group: SavedRules
    member: bool
    verdicts: tuple[Verdict, ...]


def why(db: Session, group_id: int, user_id: int, *, setup: Setup, now: datetime) -> Why:
    """Why the person is in the group or is not. Raises a Refusal for a group or a person that is not there."""
    group = groups.get(db, group_id)
    person = _person(db, user_id, setup, now)
    verdicts = tuple(_verdict(line, person) for line in group.lines)
    return Why(group, _decided(group.matching, [verdict.holds for verdict in verdicts]), verdicts)


def memberships(
    db: Session, user_id: int, *, before: int | None = None, size: int = 8, setup: Setup, now: datetime
) -> tuple[list[tuple[SavedRules, bool]], bool]:
    """A page of all groups, newest first, each with whether the person is in it; and whether there are more."""
    person = _person(db, user_id, setup, now)
    found, more = groups.page(db, before=before, size=size)
    return [(group, person.in_group(group.name)) for group in found], more


def _person(db: Session, user_id: int, setup: Setup, now: datetime) -> Person:
    if users.get(db, user_id) is None:
        raise Refusal("refusals.unknown_user", user=str(user_id))
    return people.person(db, user_id, setup=setup, now=now)


def _decided(matching: Matching, held: list[bool]) -> bool:
    match matching:
        case Matching.EVERYONE:
            return True
        case Matching.ANY:
            return any(held)
    return bool(held) and all(held)


def _verdict(line: Line, person: Person) -> Verdict:
    rule = line.rule
    holds = rule is not None and evaluate(rule, person)
    return Verdict(line, holds, _known(rule, person), _groups(rule, person))


def _known(rule: Rule | None, person: Person) -> dict[str, Fact | None]:
    fields = dict.fromkeys(leaf.field.name for leaf in _leaves(rule) if not isinstance(leaf, InGroup))
    return {name: _value(name, person) for name in fields}


def _value(name: str, person: Person) -> Fact | None:
    return (", ".join(sorted(person.tags())) or None) if name == "tag" else person.value(name)


def _groups(rule: Rule | None, person: Person) -> dict[str, bool]:
    return {leaf.name: person.in_group(leaf.name) for leaf in _leaves(rule) if isinstance(leaf, InGroup)}


def _leaves(rule: Rule | None) -> list[Leaf]:
    return [] if rule is None else list(leaves(rule))
