"""Planning: a run's audience becomes rows of the ledger, in pieces, so that no answer waits for a large one.

Who is in the audience is gathered by a read, without a lock; the rows are written in short transactions, each person
once however often a piece is repeated. Those who cannot get it are rows too: skipped, with the reason.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ColumnElement, exists, func, literal, literal_column, null, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import Select

from bot.services import deliveries_reasons, push_halts, push_hours, pushes_audience, sql
from bot.services.deliveries import DELIVERIES as ROWS
from bot.services.deliveries import FAILED, GOT, State, add_to, counted, finish, locked
from bot.services.deliveries_reasons import LeftOut, Terms, is_left_out, left_out
from bot.services.setup import Setup
from models import Delivery, PushRun, PushSelection, User

#: People in one transaction: a few milliseconds of the one writer of SQLite.
PIECE = 10_000


def recipients(db: Session, run: PushRun, *, setup: Setup, now: datetime) -> Select[int]:
    """The ids of the people a run is for: present members of the push's audience, as its `recipients` says."""
    people = pushes_audience.members(db, run.push_id, setup=setup, now=now).subquery()
    query: Select[int] = select(people.c[0])
    return query.where(_wanted(run, people.c[0])) if run.recipients != "all" else query


def _wanted(run: PushRun, person: Any) -> Any:
    """The condition on a member that `recipients` adds."""
    of_person = (ROWS.c.push_id == run.push_id, ROWS.c.user_id == person)
    got = exists().where(*of_person, GOT)
    picked = exists().where(PushSelection.run_id == run.id, PushSelection.user_id == person)
    return {
        "new": ~got,
        "selected": picked,
        "failed": exists().where(*of_person, FAILED) & ~got,
        "unsure": exists().where(*of_person, GOT, ROWS.c.state == State.UNSURE)
        & ~exists().where(*of_person, GOT, ROWS.c.state == State.SENT),
    }[run.recipients]


def members_page(db: Session, run: PushRun, *, after: int | None, size: int, setup: Setup, now: datetime) -> list[User]:
    """Members whom a run could reach, with ids above `after`; one more than `size` if there are more."""
    people = pushes_audience.members(db, run.push_id, setup=setup, now=now).subquery()
    ids: Select[int] = select(people.c[0])
    terms = deliveries_reasons.terms(db, run, setup=setup, now=now)
    query = select(User).where(User.id.in_(ids), User.id > (after or 0), left_out(terms).is_(None))
    return list(db.scalars(query.order_by(User.id).limit(size + 1)))


def forecast(db: Session, run: PushRun, *, setup: Setup, now: datetime) -> dict[LeftOut | None, int]:
    """How many people would get the run now, under None, and how many are left out, by `LeftOut`."""
    terms = deliveries_reasons.terms(db, run, setup=setup, now=now)
    return counted(db, recipients(db, run, setup=setup, now=now).subquery(), terms)


def sample(db: Session, run: PushRun, *, setup: Setup, now: datetime, size: int = 3) -> list[User]:
    """Some of those who would get the run now, those who were here last first."""
    ids: Select[int] = select(recipients(db, run, setup=setup, now=now).subquery().c[0])
    terms = deliveries_reasons.terms(db, run, setup=setup, now=now)
    query = select(User).where(User.id.in_(ids), left_out(terms).is_(None))
    return list(db.scalars(query.order_by(User.last_seen_at.desc(), User.id.desc()).limit(size)))


def postponed(db: Session, run: PushRun, *, setup: Setup, now: datetime) -> Mapping[datetime, int]:
    """How many of those who would get the run get it later than it begins, by the moment at which they do."""
    people = recipients(db, run, setup=setup, now=now).subquery()
    getting = left_out(deliveries_reasons.terms(db, run, setup=setup, now=now)).is_(None)
    return push_hours.effect(db, run, people, getting, setup=setup, now=now)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Whom a run is for, and what decides who of them gets it."""

    #: The ids in order, eight bytes a person; None: all users there are, as they are found when they are written.
    people: Sequence[int] | None
    terms: Terms = field(default_factory=Terms)


def gather(db: Session, run_id: int, *, setup: Setup, now: datetime) -> Gathered | None:
    """Everybody the run is for; None: the run is not being planned."""
    run = db.get(PushRun, run_id)
    if run is None or run.state != "planning":
        return None
    terms = deliveries_reasons.terms(db, run, setup=setup, now=now)
    if run.recipients == "all" and pushes_audience.is_everyone(db, run.push_id):
        return Gathered(None, terms)
    found = recipients(db, run, setup=setup, now=now)
    people = array("q")
    ordered = found.order_by(found.selected_columns[0]).execution_options(yield_per=PIECE)
    for part in db.scalars(ordered).partitions():
        people.extend(part)
    return Gathered(people, terms)


def write_piece(
    db: Session, run_id: int, gathered: Gathered, *, after: int, size: int = PIECE, now: datetime
) -> int | None:
    """Write the rows of the next people whose ids are above `after`; returns how far that is.

    None: that was the last piece and the run is sending, or it is not planned any more. The people are looked up in
    `users` as the row is written: whoever has gone meanwhile is not written at all.
    """
    run = locked(db, run_id)
    if run.state != "planning":
        return None
    piece, end, last = _next(db, gathered, after, size)
    if end is not None:
        whom: ColumnElement[bool] = User.id.between(after + 1, end)
        if piece is not None:
            whom &= _listed(sql.dialect(db), piece)
        _write_rows(db, run, gathered.terms, whom, (after + 1, end), now)
    if not last:
        return end
    halt = push_halts.halted(db)
    run.state, run.reason = ("paused", push_halts.REASON) if halt else ("sending", None)
    finish(run, now)
    return None


def _next(db: Session, gathered: Gathered, after: int, size: int) -> tuple[Sequence[int] | None, int | None, bool]:
    """(the next people where they are listed, the last of them, whether nobody follows)"""
    if gathered.people is not None:
        start = bisect_right(gathered.people, after)
        piece = gathered.people[start : start + size]
        return piece, (piece[-1] if piece else None), start + size >= len(gathered.people)
    following = select(User.id).where(User.id > after).order_by(User.id).limit(size).subquery()
    end, count = db.execute(select(func.max(following.c.id), func.count()).select_from(following)).one()
    return None, end, count < size


def _write_rows(
    db: Session, run: PushRun, terms: Terms, whom: ColumnElement[bool], ids: tuple[int, int], now: datetime
) -> None:
    """Rows for those of the people who have none yet in this run, of whom there are some only after a crash."""
    there = exists().where(ROWS.c.run_id == run.id, ROWS.c.user_id.between(*ids))
    again, out = bool(db.scalar(select(there))), is_left_out(terms)
    skipped = _write(db, run, again, left_out(terms), whom & out, now)
    run.audience += skipped + _write(db, run, again, None, whom & ~out, now)
    add_to(run, {State.SKIPPED: skipped})


def _write(
    db: Session,
    run: PushRun,
    again: bool,
    reason: ColumnElement[str | None] | None,
    who: ColumnElement[bool],
    now: datetime,
) -> int:
    """Returns how many rows were written. `again`: some may be there, and looking for them takes twice as long."""
    waits = reason is None
    source: Select[Any] = select(
        literal(run.id, BigInteger),
        User.id,
        literal(run.push_id, BigInteger),
        literal_column(f"'{State.WAITING if waits else State.SKIPPED}'"),
        null() if reason is None else reason,
        null() if waits else literal(now, ROWS.c.ended_at.type),
        literal_column("0"),
    ).where(who)
    columns = ["run_id", "user_id", "push_id", "state", "reason", "ended_at", "tries"]
    statement = sql.insert(sql.dialect(db), Delivery).from_select(columns, source)
    if again:
        statement = statement.on_conflict_do_nothing(index_elements=["run_id", "user_id"])
    written = db.execute(statement, execution_options={"preserve_rowcount": True})
    return int(written.rowcount)  # type: ignore[attr-defined]


def _listed(dialect: str, people: Sequence[int]) -> ColumnElement[bool]:
    """Whether somebody is among the people, who are handed over as one value and not as thousands."""
    if dialect == "postgresql":
        return User.id == func.any(literal(list(people), postgresql.ARRAY(BigInteger)))
    listed = func.json_each(literal(list(people), JSON)).table_valued("value")
    return User.id.in_(select(listed.c.value))
