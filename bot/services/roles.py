"""Who may do what: owners stand in the config or claimed the bot, owners make admins, staff get support messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from bot.services import audit, sql, users_reach
from bot.services.refusal import Refusal
from bot.services.setup import Setup
from models import User


class Role(IntEnum):
    """A rank; each may do all that the lower ones may."""

    USER = 0
    STAFF = 1
    ADMIN = 2
    OWNER = 3


#: Ranks that are kept in `users.role`.
_GIVEN = {"admin": Role.ADMIN, "owner": Role.OWNER}


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who does something, with the rank they have at this moment."""

    id: int
    name: str
    role: Role
    #: Language tag of their client; None: unknown.
    language: str | None = None


def role_of(db: Session, user_id: int, setup: Setup) -> Role:
    """The rank a person has now. Somebody nobody has met is a user, unless the config names them as an owner."""
    return _rank(_row(db, user_id), user_id, setup)


def rank_of(row: Row[Any], setup: Setup) -> Role:
    """The same for a row of `users` that was read already."""
    return _rank(row, row.id, setup)


def actor(db: Session, user_id: int, setup: Setup) -> Actor:
    """The person as somebody who does something; the name is not escaped."""
    row = _row(db, user_id)
    rank = _rank(row, user_id, setup)
    if row is None:
        return Actor(user_id, str(user_id), rank)
    return Actor(user_id, users_reach.name_of(row.first_name, row.last_name, row.username, user_id), rank, row.language)


def require(by: Actor, role: Role) -> None:
    """Raise a Refusal unless the actor has at least this rank."""
    if by.role < role:
        raise Refusal(f"refusals.{role.name.lower()}_only")


def set_admin(db: Session, user_id: int, on: bool, *, by: Actor, now: datetime) -> bool:
    """Make somebody an admin, or end that; false if it was so already.

    Refused to everybody but owners, about oneself and other owners, and about people nobody has met. An owner's rank
    is given on the host and cannot be changed in the chat.
    """
    require(by, Role.OWNER)
    if user_id == by.id:
        raise Refusal("refusals.not_oneself")
    before = db.execute(select(User.role).where(User.id == user_id)).one_or_none()
    if before is None:
        raise Refusal("refusals.unknown_user", user=str(user_id))
    if before.role == "owner":
        raise Refusal("refusals.owner_stays")
    if (before.role == "admin") is on:
        return False
    db.execute(update(sql.table(User)).where(User.id == user_id).values(role="admin" if on else None))
    was, becomes = ("user", "admin") if on else ("admin", "user")
    audit.record(db, actor_id=by.id, action="user.role", target=f"user {user_id}", before=was, after=becomes, now=now)
    return True


def _row(db: Session, user_id: int) -> Row[*tuple[Any, ...]] | None:
    columns = (User.first_name, User.last_name, User.username, User.language, User.role, User.support_since)
    return db.execute(select(*columns).where(User.id == user_id)).one_or_none()


def _rank(row: Row[*tuple[Any, ...]] | None, user_id: int, setup: Setup) -> Role:
    if user_id in setup.owners:
        return Role.OWNER
    if row is None:
        return Role.USER
    if row.role in _GIVEN:
        return _GIVEN[row.role]
    return Role.STAFF if row.support_since is not None else Role.USER
