"""Deleting a group: refused while something uses it, unless it is asked to be taken out of there first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete as delete_rows
from sqlalchemy.orm import Session

from bot.services import audit, groups, groups_check, groups_save, groups_usage, sql
from bot.services.groups import SavedRules
from bot.services.groups_usage import Usage
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role, require
from bot.services.setup import Setup
from models import Group, GroupRule, PushGroup


def delete(db: Session, group_id: int, *, detach: bool = False, by: Actor, setup: Setup, now: datetime) -> SavedRules:
    """Delete a group; returns it as it was.

    With `detach` its pushes go on without it, and rules of other groups get its own rules written out, so that they
    mean the same people as before. Raises a Refusal where it is used and is not to be detached, and always where the
    flow asks for it.
    """
    require(by, Role.ADMIN)
    groups_check.one_at_a_time(db)
    group = groups.get(db, group_id)
    usage = groups_usage.of(db, group, setup.flow)
    _may_go(group, usage, detach)
    groups_usage.write_out(db, group)
    for table in (PushGroup, GroupRule):
        db.execute(delete_rows(sql.table(table)).where(sql.table(table).c.group_id == group_id))
    db.execute(delete_rows(sql.table(Group)).where(Group.id == group_id))
    _record(db, group, usage, by, now)
    return group


def _may_go(group: SavedRules, usage: Usage, detach: bool) -> None:
    if usage.blocks:
        raise Refusal("groups.flow_needs_it", name=group.name, blocks=", ".join(usage.blocks))
    if not usage.free and not detach:
        raise Refusal("groups.in_use", name=group.name, users=", ".join((*usage.pushes, *usage.groups)))


def _record(db: Session, group: SavedRules, usage: Usage, by: Actor, now: datetime) -> None:
    taken_out = ", ".join((*usage.pushes, *usage.groups))
    audit.record(
        db,
        actor_id=by.id,
        action="group.delete",
        target=f"group {group.id}",
        before=groups_save.words(group),
        after=f"taken out of {taken_out}" if taken_out else None,
        now=now,
    )
