"""The rules of a saved group: one more, one less, another one in its place. Each change is one row of the audit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from bot.services import groups, groups_check, groups_save, sql
from bot.services.groups import SavedRules
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role, require
from bot.services.setup import Setup
from models import GroupRule

_RULES = sql.table(GroupRule)


def add(db: Session, group_id: int, written: str, *, by: Actor, setup: Setup, now: datetime) -> SavedRules:
    """One rule more. Raises RuleError for one that cannot be read, and a Refusal for circles and limits."""
    before = _begin(db, group_id, by)
    text, _ = groups_check.readable(db, written)
    position = max((line.position for line in before.lines), default=-1) + 1
    db.execute(insert(_RULES).values(group_id=group_id, position=position, text=text))
    after = groups_check.still_sound(db, group_id, setup=setup, now=now)
    groups_save.record(db, "group.add_rule", before, after, by=by, now=now)
    return after


def replace(
    db: Session, group_id: int, position: int, mark: int, written: str, *, by: Actor, setup: Setup, now: datetime
) -> SavedRules:
    """Another rule in the place of one. `mark` is the `Line.mark` that was seen: a Refusal if it changed since."""
    before = _begin(db, group_id, by)
    _still_there(before, position, mark)
    text, _ = groups_check.readable(db, written)
    db.execute(update(_RULES).where(_RULES.c.group_id == group_id, _RULES.c.position == position).values(text=text))
    after = groups_check.still_sound(db, group_id, setup=setup, now=now)
    groups_save.record(db, "group.change_rule", before, after, by=by, now=now)
    return after


def remove(db: Session, group_id: int, position: int, mark: int, *, by: Actor, now: datetime) -> SavedRules:
    """One rule less. `mark` is the `Line.mark` that was seen: a Refusal if it changed since."""
    before = _begin(db, group_id, by)
    _still_there(before, position, mark)
    db.execute(delete(_RULES).where(_RULES.c.group_id == group_id, _RULES.c.position == position))
    after = groups.get(db, group_id)
    groups_save.record(db, "group.remove_rule", before, after, by=by, now=now)
    return after


def _begin(db: Session, group_id: int, by: Actor) -> SavedRules:
    require(by, Role.ADMIN)
    groups_check.one_at_a_time(db)
    return groups.get(db, group_id)


def _still_there(group: SavedRules, position: int, mark: int) -> None:
    if not any(line.position == position and line.mark == mark for line in group.lines):
        raise Refusal("groups.rule_changed")
