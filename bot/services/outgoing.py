"""The outgoing side of the log: queue, take, note; and whom the outbox has to look after."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from bot.services import messages, sql
from bot.services.outgoing_letter import Letter
from bot.services.outgoing_note import give_back, note, note_all
from bot.services.outgoing_queue import (
    ALERT,
    ANSWERS,
    DRAWN,
    PAID,
    PUSHES,
    RATING,
    RELAY,
    SUPPORT,
    Relay,
    queue,
    queue_alert,
    queue_relay,
    stale,
)
from bot.services.outgoing_take import held_until, in_one_message, take
from models import Message

__all__ = [
    "ALERT",
    "ANSWERS",
    "DRAWN",
    "PAID",
    "PUSHES",
    "RATING",
    "RELAY",
    "SUPPORT",
    "Letter",
    "Relay",
    "give_back",
    "held_until",
    "in_one_message",
    "next_due",
    "note",
    "note_all",
    "queue",
    "queue_alert",
    "queue_relay",
    "stale",
    "take",
    "waiting_users",
]

_MESSAGES = sql.table(Message)


def waiting_users(db: Session, now: datetime, limit: int = 10_000) -> list[int]:
    """People with something to send whose time has come, by id. Everybody's first line holds back the others."""
    first = func.min(_MESSAGES.c.number).label("number")
    firsts = select(_MESSAGES.c.user_id, first).where(messages.PENDING).group_by(_MESSAGES.c.user_id).subquery()
    same = (firsts.c.user_id == _MESSAGES.c.user_id) & (firsts.c.number == _MESSAGES.c.number)
    due = or_(_MESSAGES.c.due_at.is_(None), _MESSAGES.c.due_at <= now)
    query = select(firsts.c.user_id).join(_MESSAGES, same).where(due)
    return list(db.scalars(query.order_by(firsts.c.user_id).limit(limit)))


def next_due(db: Session, now: datetime) -> datetime | None:
    """When the next line that has to wait may be sent; None if none waits for a time to come."""
    query = select(func.min(_MESSAGES.c.due_at)).where(messages.PENDING, _MESSAGES.c.due_at > now)
    due: datetime | None = db.scalar(query)
    return due
