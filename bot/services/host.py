"""What is done on the host, past the chat: roles for a lost owner. Audited without an actor."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from bot.services import audit, sql, users_reach
from bot.services.refusal import Refusal
from models import User

RANKS = ("owner", "admin", "staff")
_USERS = sql.table(User)


@dataclass(frozen=True, slots=True)
class Ranked:
    """Somebody who is more than a user, as the database has it."""

    id: int
    name: str
    ranks: tuple[str, ...]


def ranked(db: Session, owners: Collection[int]) -> list[Ranked]:
    """Everybody with a rank, by id. `owners`: those the config names."""
    some = or_(User.role.is_not(None), User.support_since.is_not(None), User.id.in_(owners))
    return [
        Ranked(user.id, users_reach.name_of(user.first_name, user.last_name, user.username, user.id), _of(user, owners))
        for user in db.scalars(select(User).where(some).order_by(User.id))
    ]


def _of(user: User, owners: Collection[int]) -> tuple[str, ...]:
    ranks = ("owner (config)" if user.id in owners else None, user.role, "staff" if user.support_since else None)
    return tuple(rank for rank in ranks if rank)


def grant(db: Session, user_id: int, rank: str, *, now: datetime) -> None:
    """Give somebody the bot has met a rank. Raises a Refusal for somebody it has not."""
    values: dict[str, object] = {"support_since": now} if rank == "staff" else {"role": rank}
    _change(db, user_id, values, "host.grant", rank, now)


def revoke(db: Session, user_id: int, *, now: datetime) -> None:
    """Take every rank from somebody, but what the config gives. Raises a Refusal for somebody nobody has met."""
    _change(db, user_id, {"role": None, "support_since": None}, "host.revoke", None, now)


def _change(
    db: Session, user_id: int, values: dict[str, object], action: str, after: str | None, now: datetime
) -> None:
    before = db.execute(select(_USERS.c.role).where(_USERS.c.id == user_id)).one_or_none()
    if before is None:
        raise Refusal("refusals.unknown_user", user=str(user_id))
    db.execute(update(_USERS).where(_USERS.c.id == user_id).values(values))
    audit.record(db, actor_id=None, action=action, target=f"user {user_id}", before=before.role, after=after, now=now)
