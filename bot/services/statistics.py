"""The figures of a span of time: who came, who was here, what pushes brought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models import PushRun, User


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of people and of deliveries."""

    people: int
    joined: int
    #: Joined in the span of the same length before it.
    joined_before: int
    active: int
    #: Of those who joined before the span: who was here in it.
    returned: int
    blocked: int
    sent: int
    failed: int


def figures(db: Session, since: datetime, until: datetime) -> Figures:
    """From `since` to `until`; every count is an index read."""
    in_span = (User.joined_at >= since) & (User.joined_at < until)
    before = (User.joined_at >= since - (until - since)) & (User.joined_at < since)
    here = (User.last_seen_at >= since) & (User.last_seen_at < until)
    begun = (PushRun.started_at >= since) & (PushRun.started_at < until)
    sent, failed = db.execute(
        select(func.sum(PushRun.sent), func.sum(PushRun.failed + PushRun.blocked)).where(begun)
    ).one()
    return Figures(
        people=_count(db, User.joined_at < until),
        joined=_count(db, in_span),
        joined_before=_count(db, before),
        active=_count(db, here),
        returned=_count(db, here & (User.joined_at < since)),
        blocked=_count(db, (User.blocked_at >= since) & (User.blocked_at < until)),
        sent=int(sent or 0),
        failed=int(failed or 0),
    )


def _count(db: Session, condition: ColumnElement[bool]) -> int:
    return db.scalar(select(func.count()).select_from(User).where(condition)) or 0
