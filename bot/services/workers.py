"""Several workers on one PostgreSQL: who is alive, whose updates are whose, and what becomes of a dead one's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, bindparam, delete, exists, func, insert, select, text, update
from sqlalchemy.orm import Session

from bot.services import inbox, sql
from bot.services.inbox import OPEN, Accepted
from bot.services.locks import Lock
from bot.services.prepared import Prepared
from models import InboxUpdate, Worker

#: Updates that one worker takes at once where it takes what is new to it, and where it looks through all that are its.
TAKEN, ALL = 100, 10_000
#: One worker at a time shares out updates: whoever comes next sees what the one before has taken.
_SHARE = Prepared(lambda dialect: select(func.pg_advisory_xact_lock(Lock.SHARING_OUT.value).label("locked")))

_INBOX, _WORKERS = sql.table(InboxUpdate), sql.table(Worker)


@dataclass(frozen=True, slots=True)
class Company:
    """Who works at the moment."""

    #: Workers that have given a sign of life lately, this one among them.
    count: int
    #: One of the others plans and sends.
    is_led: bool
    #: The schema of the database.
    schema: str

    def share(self, rate: float, *, leads: bool) -> float:
        """What one of them may send per second: half is whoever leads', the others share the rest."""
        return rate if self.count < 2 else rate / 2 if leads else rate / 2 / (self.count - 1)


def enter(db: Session) -> int:
    """A worker begins; returns its id."""
    worker_id: int = db.execute(insert(_WORKERS).values(beat_at=func.now()).returning(_WORKERS.c.id)).scalar_one()
    return worker_id


def leave(db: Session, worker_id: int) -> None:
    """It ends: what it has not done is anybody's."""
    db.execute(delete(_WORKERS).where(_WORKERS.c.id == worker_id))
    _free(db)


def beat(db: Session, worker_id: int, *, leads: bool, patience: timedelta) -> Company:
    """A sign of life. Those who gave none for `patience` are taken for dead, and what they had is anybody's."""
    values = {"beat_at": func.now(), "leads": leads}
    known = db.scalar(update(_WORKERS).where(_WORKERS.c.id == worker_id).values(values).returning(_WORKERS.c.id))
    if known is None:  # the others took this one for dead
        db.execute(insert(_WORKERS).values(id=worker_id, **values))
    dead = delete(_WORKERS).where(_WORKERS.c.beat_at < func.now() - patience).returning(_WORKERS.c.id)
    if db.scalars(dead).all():
        _free(db)
    leads_now = func.coalesce(func.bool_or(_WORKERS.c.leads & (_WORKERS.c.id != worker_id)), False)
    count, is_led = db.execute(select(func.count(), leads_now).select_from(_WORKERS)).one()
    return Company(count, is_led, db.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def _free(db: Session) -> None:
    _SHARE.all(db, {})
    alive = select(_WORKERS.c.id)
    db.execute(update(_INBOX).where(OPEN, _INBOX.c.worker.not_in(alive)).values(worker=None))


def store(db: Session, rows: Sequence[Accepted], worker_id: int, now: datetime) -> frozenset[int]:
    """Store updates; returns the ids of those that wait for this worker.

    All open updates of a lane are one worker's. Those behind an open one that is not this worker's are left for `take`.
    """
    _SHARE.all(db, {})
    held = {row.lane for row in _HELD.all(db, {"lanes": list({row.lane for row in rows}), "me": worker_id})}
    waiting = set(inbox.accept(db, rows, now, worker_id=worker_id, but=held))
    return frozenset(row.update_id for row in rows if row.update_id in waiting and row.lane not in held)


def take(db: Session, worker_id: int, *, idle: bool = True, most: int = TAKEN) -> list[Any]:
    """Take updates that wait for a worker; returns them, by id, as rows of the inbox.

    Who has the first open one of a lane has those behind it, and nobody else gets them. Whoever is `idle` finds what is
    theirs without their knowing: it was stored, and the answer of the database got lost.
    """
    _SHARE.all(db, {})
    taken = _TAKE.all(db, {"me": worker_id, "idle": idle, "most": most})
    return sorted(taken, key=lambda row: row.update_id)


def waits(db: Session, worker_id: int, *, idle: bool = True) -> bool:
    """Whether there is something that this worker may take."""
    return _WAITS.first(db, {"me": worker_id, "idle": idle}) is not None


def _waiting() -> Any:
    other, me = _INBOX.alias("other"), bindparam("me", type_=_INBOX.c.worker.type)
    others = exists().where(
        other.c.lane == _INBOX.c.lane,
        text("other.state IN ('new', 'acted')"),
        other.c.worker.is_not(None),
        other.c.worker != me,
    )
    forgotten = bindparam("idle", type_=Boolean) & (_INBOX.c.worker == me)
    return select(_INBOX.c.update_id).where(OPEN, _INBOX.c.worker.is_(None) | forgotten, ~others)


def _take(dialect: str) -> Any:
    found = _waiting().order_by(_INBOX.c.update_id).limit(bindparam("most"))
    columns = (_INBOX.c[name] for name in ("update_id", "lane", "raw", "attempts", "follow_up"))
    taken = update(_INBOX).where(_INBOX.c.update_id.in_(found)).values(worker=bindparam("me"))
    return taken.returning(*columns)


_TAKE = Prepared(_take)
_HELD = Prepared(
    lambda dialect: (
        select(_INBOX.c.lane)
        .where(sql.among(dialect, _INBOX.c.lane, "lanes"), OPEN)
        .where(_INBOX.c.worker.is_distinct_from(bindparam("me", type_=_INBOX.c.worker.type)))
    )
)
_WAITS = Prepared(lambda dialect: _waiting().limit(1))
