"""The states that people are in, and how many are in each."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models import Request, User

#: Each state with the rule that lists its people.
RULES = {
    "active": "bot_active = yes and blocked = no and gone = no and unsubscribed = no and banned = no",
    "bot_off": "bot_active = no",
    "blocked": "blocked = yes",
    "gone": "gone = yes",
    "unsubscribed": "unsubscribed = yes",
    "muted": "muted = yes",
    "banned": "banned = yes",
}


def counts(db: Session) -> dict[str, int]:
    """How many people are in each state; nobody has to be in one only, but those who are active are in no other."""
    columns = {
        "bot_off": User.bot_off_since,
        "blocked": User.blocked_at,
        "gone": User.gone_at,
        "unsubscribed": User.unsubscribed_at,
        "muted": User.muted_at,
        "banned": User.banned_at,
    }
    counted = {
        name: db.scalar(select(func.count()).select_from(User).where(column.is_not(None))) or 0
        for name, column in columns.items()
    }
    marked = select(func.count()).select_from(User).where(or_(*(column.is_not(None) for column in columns.values())))
    everyone = db.scalar(select(func.count()).select_from(User)) or 0
    return {"everyone": everyone, "active": everyone - (db.scalar(marked) or 0), **counted}


def talking(db: Session) -> int:
    """How many people have an open request."""
    return db.scalar(select(func.count()).select_from(Request).where(Request.closed_at.is_(None))) or 0
