"""The emergency stop: no push is sent at all, from one press until an admin lets them go on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from bot.services import audit, sql
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role, require
from models import PushHalt, PushRun

REASON = "all pushes were stopped"
_OPEN = text("push_runs.state IN ('planned', 'planning', 'sending')")


def halted(db: Session) -> PushHalt | None:
    """The stop that holds now; None: pushes are sent."""
    return db.scalar(select(PushHalt).where(PushHalt.until.is_(None)).limit(1))


def halt(db: Session, *, by: Actor, now: datetime) -> int:
    """Send no push any more; returns how many were going on. They are paused, and planned ones do not begin."""
    require(by, Role.ADMIN)
    if halted(db) is not None:
        raise Refusal("push.halted_already")
    db.add(PushHalt(since=now, by=by.id))
    going_on = (_OPEN, PushRun.state == "sending")
    paused = update(sql.table(PushRun)).where(*going_on).values(state="paused", reason=REASON)
    count = len(db.scalars(paused.returning(PushRun.id)).all())
    audit.record(db, actor_id=by.id, action="push.halt", target="all pushes", after=f"{count} paused", now=now)
    return count


def lift(db: Session, *, by: Actor, now: datetime) -> None:
    """Let pushes be sent again: planned ones begin, paused ones wait to be resumed one by one."""
    require(by, Role.ADMIN)
    if halted(db) is None:
        raise Refusal("push.not_halted")
    db.execute(update(sql.table(PushHalt)).where(PushHalt.until.is_(None)).values(until=now))
    audit.record(db, actor_id=by.id, action="push.unhalt", target="all pushes", now=now)


def overdue(db: Session, now: datetime) -> int:
    """How many planned runs begin as soon as pushes may be sent again."""
    due = (_OPEN, PushRun.state == "planned", PushRun.due_at <= now)
    return db.scalar(select(func.count(PushRun.id)).where(*due)) or 0
