"""Calls to other servers: rows until their answer is carried on, so that a restart loses none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from bot.flow.effects import Call
from bot.services import sql
from bot.services.prepared import Prepared
from bot.services.storable import storable_json
from models import Call as CallRow

#: Calls of one person that may wait at once; who presses a button ten times does not ask ten times.
MOST = 5
#: A call that is under way for longer was lost with the process that made it.
LEASE = timedelta(seconds=20)
#: So many times a call is made again after a crash.
ATTEMPTS = 3

_CALLS = sql.table(CallRow)


@dataclass(frozen=True, slots=True)
class Due:
    """A call to be made now."""

    id: int
    user_id: int
    call: Call
    #: Goes with the call, the same at every attempt.
    key: str
    #: It was lost too often; it is not made any more and counts as failed.
    is_hopeless: bool


def queue(db: Session, user_id: int, call: Call, now: datetime) -> bool:
    """Let a call be made; false where the person has too many under way."""
    waiting = db.scalar(select(func.count()).select_from(_CALLS).where(_CALLS.c.user_id == user_id))
    if waiting and waiting >= MOST:
        return False
    row = {"user_id": user_id, "call": storable_json(asdict(call)), "key": uuid4().hex, "due_at": now}
    db.execute(insert(_CALLS), row)
    return True


def is_due(db: Session, now: datetime) -> bool:
    """Whether there is anything to claim: a look that writes nothing."""
    return _IS_DUE.first(db, {"now": now}) is not None


_IS_DUE = Prepared(lambda dialect: select(_CALLS.c.id).where(_CALLS.c.due_at <= bindparam("now")).limit(1))


def claim(db: Session, now: datetime, limit: int) -> Sequence[Due]:
    """Take calls that are due; whoever took them has until the end of the lease."""
    due = select(_CALLS.c.id).where(_CALLS.c.due_at <= now).order_by(_CALLS.c.due_at, _CALLS.c.id).limit(limit)
    taken = update(_CALLS).where(_CALLS.c.id.in_(due.with_for_update(skip_locked=True)))
    rows = db.execute(taken.values(due_at=now + LEASE, attempts=_CALLS.c.attempts + 1).returning(_CALLS)).all()
    return [
        Due(row.id, row.user_id, Call(**row.call), row.key, row.attempts > ATTEMPTS)
        for row in sorted(rows, key=lambda row: row.id)
    ]


def settle(db: Session, call_id: int) -> bool:
    """The answer is there; false where somebody else has carried it on already."""
    return db.scalar(delete(_CALLS).where(_CALLS.c.id == call_id).returning(_CALLS.c.id)) is not None
