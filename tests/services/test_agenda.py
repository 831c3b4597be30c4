"""The agenda: one look says of each kind of work whether there is some, and of no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.services import agenda, sql
from models import Export, Farewell, PlannedMessage, Push, PushRun, PushSweep, User, Wait
from tests.clock import NOON, FakeClock
from tests.services import campaign
from tests.services.campaign import FIRST

SOON = NOON + timedelta(seconds=1)


def run(db: Session, **values: Any) -> int:
    """A run of a push."""
    push = Push(title="News", folded="news", start="news", everyone=True, created_at=NOON)
    db.add(push)
    db.flush()
    one = PushRun(push_id=push.id, recipients="all", created_at=NOON, **values)
    db.add(one)
    db.flush()
    return one.id


def sweep(db: Session, state: str) -> None:
    db.add(PushSweep(run_id=run(db, state="done"), kind="recall", state=state, total=1, created_at=NOON))


def ban(db: Session) -> None:
    db.execute(update(sql.table(User)).where(sql.table(User).c.id == FIRST).values(restricted_until=SOON))


def export(db: Session) -> None:
    db.add(Export(user_id=FIRST, rule="", kind="csv", sort="last_seen", asked_at=NOON))


#: What is written down, and what is due because of it a second later.
WORK: list[tuple[Callable[[Session], Any], str | None]] = [
    (lambda db: run(db, state="planned", due_at=SOON), "runs"),
    (lambda db: run(db, state="planning"), "begun"),
    (lambda db: run(db, state="sending"), "begun"),
    (lambda db: run(db, state="paused"), None),
    (lambda db: db.add(Wait(user_id=FIRST, block="news", due_at=SOON, keep=False)), "waits"),
    (lambda db: db.add(PlannedMessage(user_id=FIRST, content={}, due_at=SOON)), "messages"),
    (ban, "bans"),
    (lambda db: db.add(Farewell(user_id=FIRST, asked_at=NOON)), "farewells"),
    (export, "exports"),
    (lambda db: sweep(db, "going"), "sweeps"),
    (lambda db: sweep(db, "done"), None),
]
#: Those that have no time.
AT_ONCE = {"begun", "farewells", "exports", "sweeps"}


@pytest.mark.parametrize(("write", "kind"), WORK)
def test_what_is_due_is_on_the_agenda_from_its_time_on(
    db: Session, clock: FakeClock, write: Callable[[Session], Any], kind: str | None
) -> None:
    campaign.people(db, clock, 1)
    assert due(db) == set()
    write(db)
    db.flush()
    wanted = {kind} if kind else set()
    assert due(db) == wanted & AT_ONCE
    clock.forward(seconds=1)
    assert agenda.look(db, clock.now()) == agenda.look(db, SOON)
    assert {name for name, is_due in asdict(agenda.look(db, SOON)).items() if is_due} == wanted


def due(db: Session) -> set[str]:
    return {name for name, is_due in asdict(agenda.look(db, NOON)).items() if is_due}
