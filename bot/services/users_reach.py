"""Whom the bot can reach: people who blocked it or are gone, and the staff and admins who can be told something."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from bot.flow.markup import tame
from bot.services import sql
from models import User

_USERS = sql.table(User)
#: Characters of a name in a sentence.
NAME_LENGTH = 40


def reachable() -> ColumnElement[bool]:
    """The condition for people who can be written to."""
    return User.blocked_at.is_(None) & User.gone_at.is_(None)


def staff_ids(db: Session) -> list[int]:
    """Reachable people with support messages on who are on duty, by id; all of them where nobody is on duty."""
    query = select(User.id, User.off_duty_since).where(User.support_since.is_not(None), reachable()).order_by(User.id)
    rows = db.execute(query).all()
    return [row.id for row in rows if row.off_duty_since is None] or [row.id for row in rows]


def admin_ids(db: Session, owners: Collection[int]) -> list[int]:
    """Reachable admins and owners who have met the bot, by id."""
    admin = or_(User.role.is_not(None), User.id.in_(owners))
    return list(db.scalars(select(User.id).where(admin, reachable()).order_by(User.id)))


def mark_blocked(db: Session, user_id: int, now: datetime) -> bool:
    """The person blocked the bot; false if that was known, or nobody has met them. It ends when they write again."""
    return _mark(db, user_id, "blocked_at", now)


def mark_unblocked(db: Session, user_id: int) -> bool:
    """The person lifted the block without writing; false if there was none."""
    lifted = update(_USERS).where(_USERS.c.id == user_id, _USERS.c.blocked_at.is_not(None))
    return db.scalar(lifted.values(blocked_at=None).returning(_USERS.c.id)) is not None


def mark_gone(db: Session, user_id: int, now: datetime) -> bool:
    """Telegram says that the account is gone for good; false if that was known."""
    return _mark(db, user_id, "gone_at", now)


def _mark(db: Session, user_id: int, column: str, now: datetime) -> bool:
    marked = update(_USERS).where(_USERS.c.id == user_id, _USERS.c[column].is_(None))
    return db.scalar(marked.values({column: now}).returning(_USERS.c.id)) is not None


def met(db: Session, user_id: int) -> bool:
    """Whether this person has ever written to the bot."""
    return db.scalar(select(User.id).where(User.id == user_id)) is not None


def name_of(first_name: str, last_name: str | None, username: str | None, user_id: int) -> str:
    """What to call a person: their names, else @username, else the id. Not escaped, not shortened."""
    names = " ".join(name for name in (first_name, last_name) if name and name.strip())
    return names or (f"@{username}" if username else str(user_id))


def name(db: Session, user_id: int) -> str:
    """What to call the person with this id; the id itself if nobody has met them."""
    row = db.execute(select(User.first_name, User.last_name, User.username).where(User.id == user_id)).one_or_none()
    return name_of(row.first_name, row.last_name, row.username, user_id) if row else str(user_id)


def called(db: Session, user_id: int) -> str:
    """The same for a sentence of ours: short, and with nothing in it that could be tapped or turn what follows."""
    return tame(name(db, user_id), NAME_LENGTH)


def language(db: Session, user_id: int) -> str | None:
    """The language tag of a person's client."""
    return db.scalar(select(User.language).where(User.id == user_id))
