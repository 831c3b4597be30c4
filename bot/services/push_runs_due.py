"""What is due: runs begin when their time comes, and follow their late rule where it passed while the bot was down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session, aliased

from bot import texts
from bot.services import messages, outgoing_queue, push_content, push_halts, push_repeats, users_reach
from bot.services.push_runs_time import settled
from bot.services.pushes import LIVE
from bot.services.setup import Setup
from models import Push, PushRun

#: From this delay on a run is late, and its rule decides.
GRACE = timedelta(minutes=10)

#: Written out, not bound, so that the partial index serves.
OPEN = text("push_runs.state IN ('planned', 'planning', 'sending')")


def to_work_on(db: Session, now: datetime) -> list[int]:
    """Runs whose deliveries are to be written, and runs that may send now."""
    ready = (PushRun.state == "sending") & (PushRun.due_at.is_(None) | (PushRun.due_at <= now))
    return list(db.scalars(select(PushRun.id).where(OPEN, (PushRun.state == "planning") | ready).order_by(PushRun.id)))


def push_of(db: Session, run_id: int) -> int | None:
    """Whose run it is; None: it is gone."""
    return db.scalar(select(PushRun.push_id).where(PushRun.id == run_id))


def begin_due(db: Session, *, awake_since: datetime, setup: Setup, now: datetime) -> frozenset[int]:
    """Begin what is due: its block and flow are frozen, and its deliveries can be written.

    A run is late if it came due before `awake_since` and more than `GRACE` ago; the run of a push that is still being
    sent waits for its end and is not late. Returns whom to send news.
    """
    told: set[int] = set()
    if push_halts.halted(db):
        return frozenset()
    for run in _due(db, now):
        if _busy(db, run) and not _is_left(run, awake_since, now):
            continue
        if run.repeat:
            push_repeats.go_on(db, run, setup.zone, now)
        told |= (_leave if _is_left(run, awake_since, now) else _begin)(db, run, setup, now)
    db.flush()
    return frozenset(told)


def _is_left(run: PushRun, awake_since: datetime, now: datetime) -> bool:
    """Whether its time passed while the bot was down, and it is not to be sent by itself then."""
    due = run.due_at or now
    return due < awake_since and now - due > GRACE and run.late != "send"


def follow_zone(db: Session, zone: ZoneInfo) -> int:
    """At start: typed times mean what the zone's rules say today. Returns how many runs have moved."""
    moved = 0
    planned = (OPEN, PushRun.state == "planned", PushRun.due_typed.is_not(None), PushRun.clock == "bot")
    for run in db.scalars(select(PushRun).where(*planned)):
        at = settled(run.due_typed or "", zone).at
        moved += at != run.due_at
        run.due_at = at
    db.flush()
    return moved


def _due(db: Session, now: datetime) -> Sequence[PushRun]:
    query = select(PushRun).where(OPEN, PushRun.state == "planned", PushRun.due_at <= now)
    return db.scalars(query.order_by(PushRun.due_at, PushRun.id).with_for_update(skip_locked=True)).all()


def _busy(db: Session, run: PushRun) -> bool:
    """Whether another run of the same push is going on."""
    other = aliased(PushRun)
    return bool(db.scalar(select(exists().where(other.push_id == run.push_id, other.state.in_(LIVE)))))


def _begin(db: Session, run: PushRun, setup: Setup, now: datetime) -> frozenset[int]:
    push = db.get_one(Push, run.push_id, populate_existing=True)
    run.start, run.flow_version = push.start, setup.flow.version if push.start is not None else None
    run.content_id, run.revision, run.topic, run.options = push.content_id, push.revision, push.topic, push.options
    run.started_at, run.due_at, run.reason = now, None, None
    fault = push_content.missing(db, push, setup)
    if fault is None:
        run.state = "planning"
        db.flush()
        return frozenset()
    run.state, run.ended_at, run.reason = "stopped", now, texts.say("en", fault.key, **fault.values).rstrip(".")
    return tell(db, run, setup, now)


def _leave(db: Session, run: PushRun, setup: Setup, now: datetime) -> frozenset[int]:
    """Do not send a late run: it is missed, or its admin is asked."""
    run.state = "missed" if run.late == "skip" else "asking"
    run.ended_at = now if run.late == "skip" else None
    run.reason = "the bot was down at its time"
    return tell(db, run, setup, now)


def tell(db: Session, run: PushRun, setup: Setup, now: datetime) -> frozenset[int]:
    """A sentence about its new state to the admin who planned the run."""
    if run.created_by is None:
        return frozenset()
    language = users_reach.language(db, run.created_by) or setup.language
    values = {"title": db.get_one(Push, run.push_id).title, "reason": run.reason}
    words = texts.say(language, f"push.told_{run.state}", **values)
    messages.write(db, [outgoing_queue.sentence(run.created_by, words)], now=now)
    return frozenset({run.created_by})
