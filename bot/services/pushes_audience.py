"""Whom a push is for: everyone, or whoever is in at least one of its groups."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, false, select, union
from sqlalchemy.orm import Session

from bot.services import audience, audience_groups, variables
from bot.services.pushes import groups
from bot.services.setup import Setup
from models import Push, User


def members(db: Session, push_id: int, *, setup: Setup, now: datetime) -> Select[int]:
    """A SELECT of the ids of everybody in the push's audience now, each once."""
    local = now.astimezone(setup.zone)
    if db.get_one(Push, push_id).everyone:
        return audience.user_ids(db, None, now=local)
    fields = variables.names(db)
    saved = [audience_groups.find(db, group.name, fields) for group in groups(db, push_id)]
    if any(group.everyone for group in saved if group):
        return audience.user_ids(db, None, now=local)
    rules = [group.rule for group in saved if group and group.rule]
    if not rules:
        return select(User.id).where(false())
    either = union(*(audience.user_ids(db, rule, now=local) for rule in rules)).subquery()
    return select(either.c[0])
