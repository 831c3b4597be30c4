"""Staff who are away: alerts go to the others for as long as there are any, until a time or until they say so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.services import audit, roles, sql
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role
from models import User

_USERS = sql.table(User)


def leave(db: Session, until: datetime | None, *, by: Actor, now: datetime) -> None:
    """From now on the others are asked; until that time, or until `back`. Refused without support messages."""
    roles.require(by, Role.STAFF)
    mine = update(_USERS).where(_USERS.c.id == by.id, _USERS.c.support_since.is_not(None))
    values = {"off_duty_since": func.coalesce(_USERS.c.off_duty_since, now), "off_duty_until": until}
    if db.scalar(mine.values(values).returning(_USERS.c.id)) is None:
        raise Refusal("support_time.no_support_messages")
    after = until.isoformat() if until else "until they say so"
    audit.record(db, actor_id=by.id, action="staff.away", target=f"user {by.id}", after=after, now=now)


def back(db: Session, *, by: Actor, now: datetime) -> bool:
    """They are asked again; false if they were not away."""
    roles.require(by, Role.STAFF)
    here = update(_USERS).where(_USERS.c.id == by.id, _USERS.c.off_duty_since.is_not(None))
    values = {"off_duty_since": None, "off_duty_until": None}
    if db.scalar(here.values(values).returning(_USERS.c.id)) is None:
        return False
    audit.record(db, actor_id=by.id, action="staff.back", target=f"user {by.id}", now=now)
    return True


def are_due(db: Session, now: datetime) -> bool:
    """Whether somebody's time is over."""
    return db.scalar(select(_USERS.c.id).where(_USERS.c.off_duty_until <= now).limit(1)) is not None


def return_due(db: Session, now: datetime) -> int:
    """Everybody whose time is over is asked again; returns how many."""
    over = update(_USERS).where(_USERS.c.off_duty_until <= now)
    returned = db.scalars(over.values(off_duty_since=None, off_duty_until=None).returning(_USERS.c.id))
    return len(returned.all())
