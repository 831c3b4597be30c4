"""Claiming: the next people of a run, each with what they will get, marked as begun in one short transaction."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select, text, update
from sqlalchemy.orm import Session

from bot.flow import engine
from bot.flow.content import Content
from bot.flow.effects import Failed, Say
from bot.flow.person import Place
from bot.services import deliveries_people, push_hours, push_letters
from bot.services.deliveries import BEGUN, DELIVERIES, State, add_to, finish, left, locked
from bot.services.deliveries_reasons import Terms, left_out, terms
from bot.services.push_hours import Hours
from bot.services.push_letters import PushLetter
from bot.services.setup import Setup
from models import Delivery, PushRun, User

#: How many are sent before the first one has arrived: content that Telegram refuses fails a handful of times.
HANDFUL = 5
#: How long a run rests before it turns to those again to whom Telegram said "later".
REST = timedelta(seconds=2)
#: People who are looked at in one statement, and how often in one transaction, where not everybody's hour has come.
WINDOW, WINDOWS = 2000, 10
LATER = "its hour has not come"
CHANGED = "the flow has changed since this run began"

_WAITING = text("deliveries.state = 'waiting'")


@dataclass(frozen=True, slots=True)
class Parcel:
    """One person's share of a run: what is sent, in order, and what is true once it has arrived."""

    run_id: int
    user_id: int
    contents: tuple[Content, ...]
    turn: engine.Turn
    #: Where the person was when this was made; who has moved on since then is not moved back.
    place: Place
    #: Telegram is paid to take it.
    paid: bool = False


def claim(
    db: Session, run_id: int, *, limit: int, later: datetime | None = None, setup: Setup, now: datetime
) -> tuple[Parcel, ...]:
    """Take up to `limit` people of a run. Empty: nobody for now, or the run is not sending (any more).

    Whoever cannot get it any more is skipped here, so the check is as fresh as the claim. `later`: when those to whom
    Telegram said so may be tried again.
    """
    run = locked(db, run_id)
    if not _may_send(run, setup, now):
        return ()
    waits = push_hours.hours(run, setup=setup, now=now)
    if waits is not None and not _somebody_may(waits, run, setup):
        return ()
    parcels: list[Parcel] = []
    if not run.sent and (limit := min(limit, HANDFUL - on_their_way(db, run_id))) <= 0:
        return ()
    batch = Batch(terms(db, run, setup=setup, now=now), limit)
    if waits is not None:
        batch = replace(batch, may=push_hours.may_get_it(db, waits, setup), window=WINDOW)
    for _ in range(WINDOWS if waits else sys.maxsize):
        rows, reached = _next(db, run, batch)
        if reached is None:
            break
        run.claimed_to = reached
        _skip(db, run, [row for row in rows if row.why], now)
        parcels = _pack(db, run, [row for row in rows if not row.why], setup, now)
        if parcels:
            return tuple(parcels)
    if reached is None:
        _end_of_pass(db, run, later or (waits.next_opening() if waits else now + REST), now)
    return ()


def _somebody_may(waits: Hours, run: PushRun, setup: Setup) -> bool:
    """Whether anybody may get it now; where all have one clock the run as a whole waits until its hour comes."""
    if waits.bot is None or setup.push.zone_variable:
        return True
    run.due_at, run.reason = waits.bot, LATER
    return False


def _may_send(run: PushRun, setup: Setup, now: datetime) -> bool:
    """Whether the run sends now; one whose flow is not the one it began with waits for an admin."""
    if run.state == "sending" and run.flow_version not in (None, setup.flow.version):
        run.state, run.reason = "paused", CHANGED
    if run.state != "sending" or (run.due_at is not None and run.due_at > now):
        return False
    run.due_at = run.reason = None
    return True


@dataclass(frozen=True, slots=True)
class Batch:
    """What the next people of a run are to be like."""

    terms: Terms
    limit: int
    #: Whose hour has come; None: everybody's.
    may: ColumnElement[bool] | None = None
    #: People who are looked at in one statement where not everybody may get it.
    window: int = 0


def _next(db: Session, run: PushRun, batch: Batch) -> tuple[Sequence[Row[Any]], int | None]:
    """The next people who wait, with all of `users` and why they are left out now, if they are; and how far that is.

    The place is None where nobody waits behind the watermark.
    """
    waiting = (Delivery.run_id == run.id, Delivery.user_id > (run.claimed_to or 0), _WAITING)
    query: Select[Any] = (
        select(*deliveries_people.COLUMNS, left_out(batch.terms).label("why"))
        .join(Delivery, Delivery.user_id == User.id)
        .where(*waiting)
        .order_by(Delivery.user_id)
        .limit(batch.limit)
    )
    if batch.may is None:
        rows = db.execute(query).all()
        return rows, rows[-1].id if rows else None
    seen = select(Delivery.user_id).where(*waiting).order_by(Delivery.user_id).limit(batch.window).subquery()
    end = db.scalar(select(func.max(seen.c.user_id)))
    if end is None:
        return (), None
    rows = db.execute(query.where(Delivery.user_id <= end, batch.may)).all()
    return rows, rows[-1].id if len(rows) == batch.limit else end


def _skip(db: Session, run: PushRun, rows: Sequence[Row[Any]], now: datetime) -> None:
    reasons: defaultdict[str, list[int]] = defaultdict(list)
    for row in rows:
        reasons[row.why].append(row.id)
    for why, people in reasons.items():
        _mark(db, run, people, state=State.SKIPPED, reason=why, ended_at=now)
    add_to(run, Counter({State.SKIPPED: len(rows)}))


def _pack(db: Session, run: PushRun, rows: Sequence[Row[Any]], setup: Setup, now: datetime) -> list[Parcel]:
    """Parcels for the people, marked as begun; those whose block leads nowhere have failed."""
    letter = push_letters.of_run(db, run)
    parcels = [_parcel(letter, scene, setup) for scene in deliveries_people.scenes(db, rows, setup=setup, now=now)]
    stuck = {parcel.user_id: why for parcel in parcels if (why := _failure(parcel.turn))}
    for user_id, why in stuck.items():
        _mark(db, run, [user_id], state=State.FAILED, reason=why, ended_at=now)
    add_to(run, Counter({State.FAILED: len(stuck)}))
    good = [parcel for parcel in parcels if parcel.user_id not in stuck]
    _mark(db, run, [parcel.user_id for parcel in good], state=State.BEGUN)
    return [replace(parcel, paid=True) for parcel in good] if run.paid else good


def _parcel(letter: PushLetter, scene: deliveries_people.Scene, setup: Setup) -> Parcel:
    turn = letter.to(scene.person, scene.place, setup)
    said = tuple(effect.content for effect in turn.effects if isinstance(effect, Say))
    rest = tuple(effect for effect in turn.effects if not isinstance(effect, Say))
    return Parcel(letter.run_id, scene.user_id, said, replace(turn, effects=rest), scene.place)


def _failure(turn: engine.Turn) -> str | None:
    return next((effect.reason for effect in turn.effects if isinstance(effect, Failed)), None)


def _mark(db: Session, run: PushRun, people: Sequence[int], **values: Any) -> None:
    if people:
        of_people = (DELIVERIES.c.run_id == run.id, DELIVERIES.c.user_id.in_(people))
        db.execute(update(DELIVERIES).where(*of_people).values(values))


def _end_of_pass(db: Session, run: PushRun, later: datetime, now: datetime) -> None:
    """Nobody waits behind the watermark: the run is over, or turns once more to those whom Telegram told to wait."""
    finish(run, now)
    if left(run) and not on_their_way(db, run.id):
        run.claimed_to, run.due_at = None, later


def on_their_way(db: Session, run_id: int) -> int:
    """How many people of a run are claimed, and what became of them is not noted yet."""
    return db.scalar(select(func.count()).where(DELIVERIES.c.run_id == run_id, BEGUN)) or 0
