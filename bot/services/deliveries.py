"""The ledger of pushes: the states of a delivery, why somebody is left out, and the sums of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, Subquery, delete, func, select, text, true, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from bot.services import sql
from bot.services.deliveries_reasons import LeftOut, Terms, left_out
from models import Delivery, Push, PushRun, User

DELIVERIES = sql.table(Delivery)
#: Written out, not bound, so that the partial indexes serve.
BEGUN = text("deliveries.state = 'begun'")
GOT = text("deliveries.state IN ('sent', 'unsure')")
FAILED = text("deliveries.state = 'failed'")

#: Why a delivery is unsure when nobody noted its end.
INTERRUPTED = "the bot ended while it was on its way"


class State(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    #: Handed to the wire; after a crash it becomes unsure, never again.
    BEGUN = "begun"
    SENT = "sent"
    BLOCKED = "blocked"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    UNSURE = "unsure"


#: Every delivery ends in one of these; each has a counter of its name in `push_runs`.
ENDS = (State.SENT, State.BLOCKED, State.FAILED, State.SKIPPED, State.CANCELLED, State.UNSURE)


def left(run: PushRun) -> int:
    """How many deliveries of a run have not ended."""
    ended: int = sum(getattr(run, end) for end in ENDS)
    return run.audience - ended


def add_to(run: PushRun, ends: Mapping[State, int]) -> None:
    """Count ends into a run whose row is locked."""
    for end, count in ends.items():
        setattr(run, end, getattr(run, end) + count)


def finish(run: PushRun, now: datetime) -> None:
    """A run that nobody is left of is done."""
    if run.state in ("sending", "paused") and left(run) == 0:
        run.state, run.ended_at, run.due_at, run.reason = "done", now, None, None


def cancel_waiting(db: Session, run: PushRun, now: datetime) -> None:
    """Whoever waits for a run whose row is locked will not get it."""
    waiting = (DELIVERIES.c.run_id == run.id, DELIVERIES.c.state == State.WAITING)
    query = update(DELIVERIES).where(*waiting).values(state=State.CANCELLED, ended_at=now)
    add_to(run, {State.CANCELLED: int(db.execute(query).rowcount)})  # type: ignore[attr-defined]


def recover(db: Session, now: datetime) -> int:
    """At start: what was begun and never noted may have arrived, so it is unsure. Returns how many there are."""
    begun: Counter[int] = Counter(db.scalars(select(DELIVERIES.c.run_id).where(BEGUN)))
    for run_id, count in sorted(begun.items()):
        run = locked(db, run_id)
        query = update(DELIVERIES).where(DELIVERIES.c.run_id == run_id, BEGUN)
        db.execute(query.values(state=State.UNSURE, reason=INTERRUPTED, ended_at=now))
        add_to(run, {State.UNSURE: count})
        finish(run, now)
    return begun.total()


def locked(db: Session, run_id: int) -> PushRun:
    """The run, read anew and locked until the end of the transaction. Raises LookupError where there is none."""
    run = db.get(PushRun, run_id, with_for_update=True, populate_existing=True)
    if run is None:
        raise LookupError(f"there is no run {run_id}")
    return run


def counted(db: Session, people: Subquery, terms: Terms) -> dict[LeftOut | None, int]:
    """How many of the people (a subquery of ids) get a push, under None, and how many are left out and why."""
    reason = left_out(terms).label("reason")
    ids: Select[int] = select(people.c[0])
    rows = select(reason, func.count()).where(User.id.in_(ids)).group_by("reason")
    return {LeftOut(why) if why else None: count for why, count in db.execute(rows)}


def theirs(user_id: int) -> ColumnElement[bool]:
    """The condition on the rows of one person: the ledger is sorted by run, so each run is asked for them."""
    return DELIVERIES.c.run_id.in_(select(PushRun.id)) & (DELIVERIES.c.user_id == user_id)


def forget(db: Session, user_id: int, now: datetime) -> None:
    """Delete the rows of a person who goes; the sums of the runs that have not reached them stay right."""
    planned = select(PushRun.id).where(text("push_runs.state IN ('planned', 'planning', 'sending')"))
    db.execute(planned.order_by(PushRun.id).with_for_update())  # or a row could be written behind our back
    waiting = select(DELIVERIES.c.run_id).where(theirs(user_id), DELIVERIES.c.state == State.WAITING)
    for run_id in sorted(db.scalars(waiting)):
        run = locked(db, run_id)
        add_to(run, {State.CANCELLED: 1})
        finish(run, now)
    db.flush()
    db.execute(delete(DELIVERIES).where(theirs(user_id)))


def with_titles(
    db: Session, user_id: int, *, before: int | None = None, limit: int = 8
) -> list[tuple[Delivery, PushRun, str]]:
    """What became of the last runs (of those below the id `before`) for one person, with the titles of their pushes."""
    query = (
        select(Delivery, PushRun, Push.title)
        .join(PushRun, PushRun.id == Delivery.run_id)
        .join(Push, Push.id == PushRun.push_id)
        .where(Delivery.user_id == user_id, true() if before is None else Delivery.run_id < before)
        .order_by(PushRun.id.desc())
        .limit(limit)
    )
    return [(row.Delivery, row.PushRun, row.title) for row in db.execute(query)]
