"""Planning: a run's audience becomes rows of the ledger, in pieces, so that no answer waits for a large one.

Who is in the audience is gathered by a read, without a lock; the rows are written in short transactions, each person
once however often a piece is repeated. Those who cannot get it are rows too: skipped, with the reason.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ColumnElement, exists, func, literal, literal_column, null, select, true
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
PIECE = 5000


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
    """The ids of everybody a run is for, in order, eight bytes a person, and what decides who of them gets it."""

    people: Sequence[int]
    terms: Terms = field(default_factory=Terms)
    #: They are all users there are, so that nobody has to be looked up in a list.
    whole: bool = False


def gather(db: Session, run_id: int, *, setup: Setup, now: datetime) -> Gathered | None:
    """Everybody the run is for; None: the run is not being planned."""
    run = db.get(PushRun, run_id)
    if run is None or run.state != "planning":
        return None
    found = recipients(db, run, setup=setup, now=now)
    ordered = found.order_by(found.selected_columns[0])
    people = array("q", db.scalars(ordered.execution_options(yield_per=PIECE)))
    whole = run.recipients == "all" and pushes_audience.is_everyone(db, run.push_id)
    return Gathered(people, deliveries_reasons.terms(db, run, setup=setup, now=now), whole)


def pieces(gathered: Gathered) -> Iterator[Gathered]:
    """The people in pieces for one transaction each; one empty piece for nobody."""
    for start in range(0, max(len(gathered.people), 1), PIECE):
        yield replace(gathered, people=gathered.people[start : start + PIECE])


def write_piece(db: Session, run_id: int, piece: Gathered, *, last: bool, now: datetime) -> bool:
    """Write the people's rows; after the last piece the run is sending. False: the run is not planned any more.

    The people are looked up in `users` as the row is written: whoever has gone meanwhile is not written at all.
    """
    run = locked(db, run_id)
    if run.state != "planning":
        return False
    if piece.people:
        skipped = _write(db, run, piece, now, is_left_out(piece.terms), State.SKIPPED)
        run.audience += skipped + _write(db, run, piece, now, true(), State.WAITING)
        add_to(run, {State.SKIPPED: skipped})
    if last:
        halt = push_halts.halted(db)
        run.state, run.reason = ("paused", push_halts.REASON) if halt else ("sending", None)
        finish(run, now)
    return True


def _write(db: Session, run: PushRun, piece: Gathered, now: datetime, who: ColumnElement[bool], state: State) -> int:
    """Rows for those of the people who have none yet in this run; returns how many were written."""
    skipped = state is State.SKIPPED
    source = select(
        literal(run.id, BigInteger),
        User.id,
        literal(run.push_id, BigInteger),
        literal_column(f"'{state}'"),
        left_out(piece.terms) if skipped else null(),
        literal(now, ROWS.c.ended_at.type) if skipped else null(),
        literal_column("0"),
    ).where(User.id.between(piece.people[0], piece.people[-1]), who)
    if not piece.whole:
        source = source.where(_listed(sql.dialect(db), piece.people))
    columns = ["run_id", "user_id", "push_id", "state", "reason", "ended_at", "tries"]
    statement = sql.insert(sql.dialect(db), Delivery).from_select(columns, source)
    once = statement.on_conflict_do_nothing(index_elements=["run_id", "user_id"])
    written = db.execute(once, execution_options={"preserve_rowcount": True})
    return int(written.rowcount)  # type: ignore[attr-defined]


def _listed(dialect: str, people: Sequence[int]) -> ColumnElement[bool]:
    """Whether somebody is among the people, who are handed over as one value and not as thousands."""
    if dialect == "postgresql":
        return User.id == func.any(literal(list(people), postgresql.ARRAY(BigInteger)))
    listed = func.json_each(literal(list(people), JSON)).table_valued("value")
    return User.id.in_(select(listed.c.value))
