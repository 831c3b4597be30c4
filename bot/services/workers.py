"""Several workers on one PostgreSQL: who is alive, whose updates are whose, and what becomes of a dead one's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, insert, select, text, update
from sqlalchemy.orm import Session

from bot.services import inbox, sql
from bot.services.inbox import OPEN, Accepted
from bot.services.locks import Lock
from bot.services.prepared import Prepared
from models import InboxUpdate, Worker

#: Updates that one worker takes at once.
TAKEN = 100
#: Open updates of a person behind which the next is nobody's: whoever comes to it first may have more time.
DEEP = 2
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


def store(
    db: Session, rows: Sequence[Accepted], worker_id: int, now: datetime, *, at_hand: Collection[int]
) -> frozenset[int]:
    """Store updates; returns the ids of those that may have their turn here, behind those that are `at_hand`.

    All open updates of a lane are one worker's: what comes behind those of another is that one's too, which finds it
    (`found`). What comes behind many, or behind one that is nobody's, is nobody's.
    """
    _SHARE.all(db, {})
    others = _others(_OPEN_THERE.all(db, {"lanes": list({row.lane for row in rows})}), worker_id, at_hand)
    waiting = set(inbox.accept(db, rows, now, worker_id=worker_id, others=others))
    return frozenset(row.update_id for row in rows if row.update_id in waiting and row.lane not in others)


def _others(there: Sequence[Any], worker_id: int, at_hand: Collection[int]) -> dict[int, int | None]:
    """Lanes in which something is open that is not at hand here, and whose is what comes next."""
    whose = defaultdict[int, list[int | None]](list)
    for row in there:
        whose[row.lane].append(row.worker)
    elsewhere = {row.lane for row in there if row.worker != worker_id or row.update_id not in at_hand}
    return {lane: None if None in whose[lane] or len(whose[lane]) >= DEEP else whose[lane][0] for lane in elsewhere}


def found(db: Session, worker_id: int, *, at_hand: Collection[int]) -> list[Any] | None:
    """What is this worker's and not at hand, by id: stored by others, or without its knowing.

    None: there is something that nobody has, so that it may `take`, and gets the rest with it.
    """
    return None if _FREE.first(db, {"me": worker_id}) is not None else _left(db, worker_id, at_hand)


def take(db: Session, worker_id: int, *, at_hand: Collection[int], most: int = TAKEN) -> list[Any]:
    """Take updates that are nobody's; returns all that are this worker's and not at hand, by id, as rows of the inbox.

    Who has the first open one of a lane has those behind it, and nobody else gets them.
    """
    _SHARE.all(db, {})
    _TAKE.count(db, {"me": worker_id, "most": most})
    return _left(db, worker_id, at_hand)


def _left(db: Session, worker_id: int, at_hand: Collection[int]) -> list[Any]:
    return _LEFT.all(db, {"me": worker_id, "at_hand": list(at_hand)})


def _free_to_take() -> Any:
    other = _INBOX.alias("other")
    others = exists().where(
        other.c.lane == _INBOX.c.lane,
        text("other.state IN ('new', 'acted')"),
        other.c.worker != bindparam("me", type_=_INBOX.c.worker.type),
    )
    return select(_INBOX.c.update_id).where(OPEN, _INBOX.c.worker.is_(None), ~others)


_FREE = Prepared(lambda dialect: _free_to_take().limit(1))
_TAKE = Prepared(
    lambda dialect: (
        update(_INBOX)
        .where(_INBOX.c.update_id.in_(_free_to_take().order_by(_INBOX.c.update_id).limit(bindparam("most"))))
        .values(worker=bindparam("me"))
    )
)
_LEFT = Prepared(
    lambda dialect: (
        select(*(_INBOX.c[name] for name in ("update_id", "lane", "raw", "attempts", "follow_up")))
        .where(OPEN, _INBOX.c.worker == bindparam("me"), ~sql.among(dialect, _INBOX.c.update_id, "at_hand"))
        .order_by(_INBOX.c.update_id)
    )
)
_OPEN_THERE = Prepared(
    lambda dialect: select(_INBOX.c.lane, _INBOX.c.update_id, _INBOX.c.worker).where(
        sql.among(dialect, _INBOX.c.lane, "lanes"), OPEN
    )
)
