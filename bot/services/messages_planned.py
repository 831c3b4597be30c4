"""One message to one person, at its time: a row until then, a line of the log afterwards."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.flow.content import Content
from bot.services import audit, contents, messages, outgoing_queue, roles, sql
from bot.services.outgoing_queue import SUPPORT
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role
from models import PlannedMessage, User

_PLANNED = sql.table(PlannedMessage)


def send(db: Session, user_id: int, content: Content, *, by: Actor, now: datetime) -> int:
    """Send it now; returns its number in the person's log. Raises a Refusal for somebody nobody has met."""
    roles.require(by, Role.STAFF)
    line = outgoing_queue.outgoing(user_id, content, author="staff", author_id=by.id, lane=SUPPORT)
    try:
        (number,) = messages.write(db, [line], now=now)
    except LookupError as unknown:
        raise Refusal("refusals.unknown_user", user=str(user_id)) from unknown
    audit.record(db, actor_id=by.id, action="user.message", target=f"user {user_id}", now=now)
    return number


def plan(db: Session, user_id: int, content: Content, due_at: datetime, *, by: Actor, now: datetime) -> int:
    """Send it at a time to come; returns the id of its row. Raises a Refusal for a time that has passed."""
    roles.require(by, Role.STAFF)
    if due_at <= now:
        raise Refusal("push.past")
    if db.scalar(select(User.id).where(User.id == user_id)) is None:
        raise Refusal("refusals.unknown_user", user=str(user_id))
    row = PlannedMessage(user_id=user_id, content=contents.to_json(content), author_id=by.id, due_at=due_at)
    db.add(row)
    db.flush()
    what = {"action": "user.message_plan", "target": f"user {user_id}", "after": due_at.isoformat()}
    audit.record(db, actor_id=by.id, now=now, **what)
    return row.id


def drop(db: Session, planned_id: int, *, by: Actor, now: datetime) -> int:
    """Send it never; returns whose it was. Raises a Refusal where it is gone already: sent, or dropped by another."""
    roles.require(by, Role.STAFF)
    gone = delete(_PLANNED).where(_PLANNED.c.id == planned_id).returning(_PLANNED.c.user_id)
    user_id = db.scalar(gone)
    if user_id is None:
        raise Refusal("user.no_planned")
    audit.record(db, actor_id=by.id, action="user.message_drop", target=f"user {user_id}", now=now)
    return int(user_id)


def of_user(db: Session, user_id: int, limit: int = 8) -> list[PlannedMessage]:
    """What is planned for one person, the next first."""
    query = select(PlannedMessage).where(PlannedMessage.user_id == user_id)
    return list(db.scalars(query.order_by(PlannedMessage.due_at, PlannedMessage.id).limit(limit)))


def send_due(db: Session, now: datetime, limit: int = 100) -> frozenset[int]:
    """Put what is due into the log, in order; returns whom there is something to send to."""
    query = select(PlannedMessage).where(PlannedMessage.due_at <= now)
    rows = db.scalars(query.order_by(PlannedMessage.due_at, PlannedMessage.id).limit(limit)).all()
    lines = [
        outgoing_queue.outgoing(
            row.user_id, contents.from_json(row.content), author="staff", author_id=row.author_id, lane=SUPPORT
        )
        for row in rows
    ]
    messages.write(db, lines, now=now)
    for row in rows:
        db.delete(row)
    db.flush()
    return frozenset(row.user_id for row in rows)
