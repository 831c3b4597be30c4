"""Whether one person is in a saved group, from what is in memory: for conditions inside a conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache, partial

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.flow.person import Person
from bot.rules import Rule, RuleError, Type, evaluate, fold, parse
from bot.services import variables
from models import Group, GroupRule

log = structlog.get_logger(__name__)


def knowing_groups(db: Session, person: Person) -> Person:
    """The person, able to tell which saved groups they are in; a group is read only when it is asked for."""
    return replace(person, member_of=partial(contains, db, person))


def contains(db: Session, person: Person, name: str, asking: frozenset[str] = frozenset()) -> bool:
    """Whether the person is in the group of that name; false where there is none. `asking`: groups that led here."""
    folded = fold(name)
    group = db.execute(select(Group.id, Group.matching).where(Group.folded == folded)).one_or_none()
    if group is None or folded in asking:
        return False
    if group.matching == "everyone":
        return True
    written = db.scalars(
        select(GroupRule.text).where(GroupRule.group_id == group.id).order_by(GroupRule.position)
    ).all()
    facts = replace(person, member_of=partial(contains, db, person, asking=asking | {folded}))
    fields = tuple(sorted(variables.names(db).items()))
    held = [_holds(text, fields, facts) for text in written]
    return bool(held) and (any(held) if group.matching == "any" else all(held))


def _holds(text: str, fields: tuple[tuple[str, Type], ...], facts: Person) -> bool:
    try:
        return evaluate(_parsed(text, fields), facts)
    except RuleError as error:  # a variable that a rule of this group names is declared no longer
        log.warning("group rule cannot be read", rule=text, problem=str(error))
        return False


@lru_cache(maxsize=256)
def _parsed(text: str, fields: tuple[tuple[str, Type], ...]) -> Rule:
    known: Mapping[str, Type] = dict(fields)
    return parse(text, known)
