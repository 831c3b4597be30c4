"""Who uses a group: pushes by its id; rules of other groups and conditions of the flow by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased

from bot.flow.schema import Flow
from bot.rules import And, InGroup, Not, Or, Rule, fold
from bot.services import groups, groups_check, sql
from bot.services.groups import SavedRules
from models import GroupRule, Push, PushGroup


@dataclass(frozen=True, slots=True)
class Usage:
    """Where a group is used, by the names that admins know."""

    #: Titles of pushes that go to this group.
    pushes: tuple[str, ...]
    #: Those of them that go to no other group.
    only_here: tuple[str, ...]
    #: Groups whose rules ask about it.
    groups: tuple[str, ...]
    #: Parts of the flow whose conditions ask about it.
    blocks: tuple[str, ...]

    @property
    def free(self) -> bool:
        """Whether nobody uses it."""
        return not (self.pushes or self.groups or self.blocks)


def of(db: Session, group: SavedRules, flow: Flow) -> Usage:
    """Where the group is used now."""
    pushes = _pushes(db, group.id)
    return Usage(
        pushes=tuple(title for title, _ in pushes),
        only_here=tuple(title for title, alone in pushes if alone),
        groups=tuple(other.name for other in asking(db, group.name)),
        blocks=blocks(flow, group.name),
    )


def _pushes(db: Session, group_id: int) -> list[tuple[str, bool]]:
    other = aliased(PushGroup)
    elsewhere = exists().where(other.push_id == Push.id, other.group_id != group_id)
    query = select(Push.title, ~elsewhere).join(PushGroup, PushGroup.push_id == Push.id)
    query = query.where(PushGroup.group_id == group_id, Push.deleted_at.is_(None), Push.everyone.is_(False))
    return [(title, bool(alone)) for title, alone in db.execute(query.order_by(Push.folded))]


def asking(db: Session, name: str) -> list[SavedRules]:
    """The groups whose rules ask about the group of this name."""
    return [group for group in groups.everything(db) if fold(name) in group.named]


def blocks(flow: Flow, name: str) -> tuple[str, ...]:
    """The blocks of the flow with a condition on the group; "keywords" for those."""
    parts = {**flow.blocks, "keywords": flow.keywords}
    return tuple(sorted(place for place, part in parts.items() if fold(name) in set(_named_in(part))))


def _named_in(part: Any) -> Iterator[str]:
    """The groups, folded, that are asked about anywhere inside a part of the flow."""
    if isinstance(part, InGroup):
        yield fold(part.name)
    elif isinstance(part, list | tuple):
        for item in part:
            yield from _named_in(item)
    elif isinstance(part, Mapping):
        yield from _named_in(tuple(part.values()))
    elif is_dataclass(part):
        yield from _named_in(tuple(getattr(part, field.name) for field in fields(part)))


def rename_in_rules(db: Session, old: str, new: str) -> None:
    """Rules that ask about the group `old` ask about `new` from now on."""
    _rewrite(db, old, lambda found: InGroup(new))


def write_out(db: Session, group: SavedRules) -> None:
    """Rules that ask about the group have its own rules there from now on, and mean the same people.

    Raises a Refusal where a rule becomes too long by that.
    """
    instead = groups.EVERYBODY if group.rule is None else group.rule
    _rewrite(db, group.name, lambda found: instead)


def _rewrite(db: Session, name: str, instead: Callable[[InGroup], Rule]) -> None:
    """Change every question after the group in the rules of all groups."""
    table = sql.table(GroupRule)
    for group in asking(db, name):
        for line in group.lines:
            changed = line.rule and _replaced(line.rule, fold(name), instead)
            if changed and changed != line.rule:
                here = (table.c.group_id == group.id) & (table.c.position == line.position)
                db.execute(update(table).where(here).values(text=groups_check.kept(db, changed)))


def _replaced(rule: Rule, name: str, instead: Callable[[InGroup], Rule]) -> Rule:
    match rule:
        case And(parts):
            return And(tuple(_replaced(part, name, instead) for part in parts))
        case Or(parts):
            return Or(tuple(_replaced(part, name, instead) for part in parts))
        case Not(part):
            return Not(_replaced(part, name, instead))
        case InGroup(named) if fold(named) == name:
            return instead(rule)
    return rule
