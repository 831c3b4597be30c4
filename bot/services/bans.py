"""Muting and banning: whom staff do not hear of, and whom nobody answers. What they write is kept all the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.services import audit, requests_close, roles, sql
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role
from bot.services.setup import Setup
from models import User

_USERS = sql.table(User)


class Ban(StrEnum):
    """What is taken from somebody."""

    #: Asking for staff finds nobody; the bot goes on.
    MUTED = "muted"
    #: Neither the bot nor staff answer.
    BANNED = "banned"


@dataclass(frozen=True, slots=True)
class Restriction:
    """What is taken from somebody at present."""

    ban: Ban
    since: datetime
    by: int | None
    until: datetime | None


def of(user: User) -> Restriction | None:
    """What is taken from this person, if anything."""
    since = user.banned_at or user.muted_at
    if since is None:
        return None
    ban = Ban.BANNED if user.banned_at is not None else Ban.MUTED
    return Restriction(ban, since, user.restricted_by, user.restricted_until)


def restrict(
    db: Session, user_id: int, ban: Ban, *, lasts: timedelta | None, by: Actor, setup: Setup, now: datetime
) -> frozenset[int]:
    """Mute or ban somebody, for a time or until it is lifted (None); their open request is closed.

    Returns whom there is something to send to. Refused about everybody who holds a rank.
    """
    roles.require(by, Role.STAFF)
    if roles.role_of(db, user_id, setup) > Role.USER:
        raise Refusal("bans.has_rank")
    before = db.get(User, user_id, populate_existing=True)
    if before is None:
        raise Refusal("refusals.unknown_user", user=str(user_id))
    was = of(before)
    until = now + lasts if lasts is not None else None
    values = {"muted_at": None, "banned_at": None, f"{ban}_at": now, "restricted_by": by.id, "restricted_until": until}
    db.execute(update(_USERS).where(_USERS.c.id == user_id).values(values))
    after = f"{ban} until {until.isoformat()}" if until else str(ban)
    told = {"before": str(was.ban) if was else "free", "after": after}
    audit.record(db, actor_id=by.id, action="user.ban", target=f"user {user_id}", **told, now=now)
    return requests_close.end_quietly(db, user_id, by=by.id, now=now)


def lift(db: Session, user_id: int, *, by: Actor, now: datetime) -> bool:
    """Give everything back; false if nothing was taken."""
    roles.require(by, Role.STAFF)
    return _lift(db, user_id, by.id, now)


def due(db: Session, now: datetime, limit: int = 100) -> Sequence[int]:
    """People whose time is over."""
    query = select(_USERS.c.id).where(_USERS.c.restricted_until <= now)
    return list(db.scalars(query.order_by(_USERS.c.restricted_until).limit(limit)))


def lift_due(db: Session, user_id: int, now: datetime) -> bool:
    """Give everything back to somebody whose time is over; false if that was done, or changed."""
    over = db.scalar(select(_USERS.c.id).where(_USERS.c.id == user_id, _USERS.c.restricted_until <= now))
    return over is not None and _lift(db, user_id, None, now)


def _lift(db: Session, user_id: int, by: int | None, now: datetime) -> bool:
    taken = _USERS.c.muted_at.is_not(None) | _USERS.c.banned_at.is_not(None)
    free = {"muted_at": None, "banned_at": None, "restricted_by": None, "restricted_until": None}
    lifted = update(_USERS).where(_USERS.c.id == user_id, taken).values(free).returning(_USERS.c.id)
    if db.scalar(lifted) is None:
        return False
    audit.record(db, actor_id=by, action="user.unban", target=f"user {user_id}", after="free", now=now)
    return True
