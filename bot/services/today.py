"""The numbers of the home screen: how many people there are, and what today brought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from models import User

#: Counts are exact up to here; beyond it they are `CAP + 1`, shown as "10,000+".
CAP = 10_000


@dataclass(frozen=True, slots=True)
class Today:
    """Counts of people, each at most `CAP + 1`."""

    people: int
    joined: int
    seen: int
    bot_off: int


def numbers(db: Session, *, zone: ZoneInfo, now: datetime) -> Today:
    """What the day that began at midnight in `zone` has brought so far."""
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return Today(
        people=_count(db, true()),
        joined=_count(db, User.joined_at >= midnight),
        seen=_count(db, User.last_seen_at >= midnight),
        bot_off=_count(db, User.bot_off_since.is_not(None)),
    )


def _count(db: Session, condition: ColumnElement[bool]) -> int:
    some = select(User.id).where(condition).limit(CAP + 1).subquery()
    return db.scalar(select(func.count()).select_from(some)) or 0
