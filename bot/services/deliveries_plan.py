"""Planning: a run's audience becomes rows of the ledger, in pieces, so that no answer waits for a large one.

Who is in the audience is gathered by a read, without a lock; the rows are written in short transactions, each person
once however often a piece is repeated. Those who cannot get it are rows too: skipped, with the reason.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Insert,
    String,
    bindparam,
    case,
    exists,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import Select

from bot.services import pushes_audience, sql
from bot.services.deliveries import DELIVERIES as ROWS
from bot.services.deliveries import FAILED, GOT, State, add_to, counted, finish, left_out, locked
from bot.services.setup import Setup
from models import Delivery, Push, PushRun, PushSelection, User

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
    topic = db.get_one(Push, run.push_id).topic
    query = select(User).where(User.id.in_(ids), User.id > (after or 0), left_out(topic).is_(None))
    return list(db.scalars(query.order_by(User.id).limit(size + 1)))


def forecast(db: Session, run: PushRun, *, setup: Setup, now: datetime) -> dict[Any, int]:
    """How many people would get the run now, under None, and how many are left out, by `LeftOut`."""
    topic = db.get_one(Push, run.push_id).topic
    return counted(db, recipients(db, run, setup=setup, now=now).subquery(), topic)


def gather(db: Session, run_id: int, *, setup: Setup, now: datetime) -> array[int] | None:
    """The ids of everybody the run is for, in order, eight bytes a person; None: the run is not being planned."""
    run = db.get(PushRun, run_id)
    if run is None or run.state != "planning":
        return None
    people = recipients(db, run, setup=setup, now=now)
    return array("q", sorted(db.scalars(people.execution_options(yield_per=PIECE))))


def pieces(people: Sequence[int]) -> Iterator[list[int]]:
    """The people in pieces for one transaction each; one empty piece for nobody."""
    for start in range(0, max(len(people), 1), PIECE):
        yield list(people[start : start + PIECE])


def write_piece(db: Session, run_id: int, people: Sequence[int], *, last: bool, now: datetime) -> bool:
    """Write the people's rows; after the last piece the run is sending. False: the run is not planned any more."""
    run = locked(db, run_id)
    if run.state != "planning":
        return False
    values = {"run_id": run.id, "push_id": run.push_id, "now": now, "people": list(people)}
    values |= {"topic": run.topic} if run.topic is not None else {}
    states = Counter(db.scalars(_plan(sql.dialect(db), run.topic is not None), values))
    run.audience += states.total()
    add_to(run, {State.SKIPPED: states[State.SKIPPED]})
    if last:
        run.state = "sending"
        finish(run, now)
    return True


def _listed(dialect: str) -> Select[int]:
    """The ids in the parameter `people`, as one value and not as thousands."""
    if dialect == "postgresql":
        return select(func.unnest(bindparam("people", type_=postgresql.ARRAY(BigInteger))))
    listed = func.json_each(bindparam("people", type_=JSON)).table_valued("value")
    return select(listed.c.value)


@cache
def _plan(dialect: str, has_topic: bool) -> Insert:
    """The one statement that plans: a row for each person that has none yet in this run."""
    why = left_out(bindparam("topic", type_=String) if has_topic else None)
    state = case((why.is_(None), literal_column("'waiting'")), else_=literal_column("'skipped'"))
    now = bindparam("now", type_=ROWS.c.ended_at.type)
    source = select(
        bindparam("run_id", type_=ROWS.c.run_id.type),
        User.id,
        bindparam("push_id", type_=ROWS.c.push_id.type),
        state,
        why,
        case((why.is_(None), None), else_=now),
        literal(0, literal_execute=True),
    ).where(User.id.in_(_listed(dialect)))
    columns = ["run_id", "user_id", "push_id", "state", "reason", "ended_at", "tries"]
    statement = sql.insert(dialect, Delivery).from_select(columns, source)
    return statement.on_conflict_do_nothing(index_elements=["run_id", "user_id"]).returning(ROWS.c.state)
