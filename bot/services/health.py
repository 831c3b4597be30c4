"""How the queues are: the oldest update that waits for its turn, the oldest message that waits to be sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from bot.services import inbox, messages, sql
from models import InboxUpdate, Message

_INBOX, _MESSAGES = sql.table(InboxUpdate), sql.table(Message)


@dataclass(frozen=True, slots=True)
class Queues:
    """Ages in seconds, 0.0 where nothing waits; and counts."""

    inbox_age: float
    outbox_age: float
    inbox: int
    outbox: int
    #: Updates that failed for good and are still kept.
    dead: int


def queues(db: Session, now: datetime) -> Queues:
    """What waits at this moment. What Telegram told to wait until later does not count."""
    due = or_(_MESSAGES.c.due_at.is_(None), _MESSAGES.c.due_at <= now)
    came, updates = db.execute(select(func.min(_INBOX.c.received_at), func.count()).where(inbox.OPEN)).one()
    written = select(func.min(_MESSAGES.c.created_at), func.count()).where(messages.PENDING, due)
    wrote, letters = db.execute(written).one()
    dead = db.scalar(select(func.count()).where(_INBOX.c.state == "dead", _INBOX.c.done_at.is_not(None))) or 0
    return Queues(_age(came, now), _age(wrote, now), updates, letters, dead)


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
