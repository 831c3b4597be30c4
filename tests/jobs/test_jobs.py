"""The clock of the house: runs begin at their time, are sent once, and survive what happens meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from bot.flow.effects import Wake
from bot.services import digests, push_runs, waits
from bot.services.database import Database
from bot.services.push_runs_time import settle
from bot.services.receipt import Outcome, Receipt
from models import Delivery, Message, PushRun
from tests.clock import FakeClock
from tests.jobs.wire import Bot, FakeWire, prepare
from tests.services.campaign import ADA, FIRST


@pytest.fixture
def wire() -> FakeWire:
    """A wire on which everything arrives."""
    return FakeWire()


@pytest.fixture
async def bot(database: Database, clock: FakeClock, wire: FakeWire) -> Bot:
    """A bot with a push for everyone; 250 people are there."""
    await database.write(prepare, clock, 250)
    return Bot(database, clock, wire)


EVERYBODY = set(range(FIRST, FIRST + 250))


async def test_a_push_reaches_everybody_once_in_the_lane_of_pushes(bot: Bot, wire: FakeWire) -> None:
    run_id = await bot.confirms()
    await bot.ticks()
    assert wire.times() == dict.fromkeys(EVERYBODY, 1)
    assert wire.lanes == {2}
    assert (await bot.run(run_id)).state == "done"


async def test_what_is_logged_while_a_run_is_sent_names_the_run_and_its_push(
    database: Database, clock: FakeClock
) -> None:
    await database.write(prepare, clock, 1)
    bot = Bot(database, clock, FakeWire(watch=_breaks))
    run_id = await bot.confirms()
    with capture_logs([merge_contextvars]) as lines:
        await bot.ticks()
    assert [(line["run"], line["push"], line["user"]) for line in lines] == [
        (run_id, (await bot.run(run_id)).push_id, FIRST)
    ]


def _breaks(count: int) -> None:
    raise RuntimeError("no luck")


async def test_there_are_never_more_on_their_way_than_allowed(database: Database, clock: FakeClock) -> None:
    await database.write(prepare, clock, 50)
    wire = FakeWire()
    bot = Bot(database, clock, wire, in_flight=8)
    await bot.confirms()
    await bot.ticks()
    assert (wire.most, len(wire.taken)) == (8, 50)


async def test_a_planned_push_goes_out_at_its_time(bot: Bot, wire: FakeWire) -> None:
    wall = (bot.clock.now() + timedelta(hours=3)).replace(tzinfo=None)
    run_id = await bot.confirms(due=settle(wall, bot.setup.zone))
    await bot.ticks()
    assert wire.taken == []
    bot.clock.forward(hours=3)
    await bot.ticks()
    assert len(wire.taken) == 250
    assert (await bot.run(run_id)).state == "done"


@pytest.mark.parametrize(("late", "state"), [("send", "done"), ("skip", "missed"), ("ask", "asking")])
async def test_after_downtime_a_late_push_follows_its_rule(
    bot: Bot, database: Database, wire: FakeWire, late: str, state: str
) -> None:
    wall = (bot.clock.now() + timedelta(hours=3)).replace(tzinfo=None)
    run_id = await bot.confirms(due=settle(wall, bot.setup.zone), late=late)
    bot.clock.forward(hours=6)
    again = Bot(database, bot.clock, wire)
    await again.ticks()
    assert (await again.run(run_id)).state == state
    assert again.told == ([] if late == "send" else [ADA.id])
    assert len(wire.taken) == (250 if late == "send" else 0)


async def test_a_digest_goes_out_at_its_time_and_once(bot: Bot, database: Database) -> None:
    await database.write(digests.choose, "daily", by=ADA, zone=bot.setup.zone, now=bot.clock.now())
    await bot.ticks()
    assert bot.told == []
    bot.clock.forward(hours=72)
    await bot.ticks()
    bot.clock.forward(hours=1)
    await bot.ticks()
    assert bot.told == [ADA.id]


async def test_a_machine_that_slept_is_no_different_from_a_bot_that_was_down(bot: Bot) -> None:
    wall = (bot.clock.now() + timedelta(hours=3)).replace(tzinfo=None)
    run_id = await bot.confirms(due=settle(wall, bot.setup.zone), late="skip")
    await bot.ticks()
    bot.clock.forward(hours=6)
    await bot.ticks()
    assert (await bot.run(run_id)).state == "missed"


async def test_a_push_that_waited_behind_another_is_not_late(bot: Bot) -> None:
    await bot.confirms()
    wall = (bot.clock.now() + timedelta(minutes=1)).replace(tzinfo=None)
    second = await bot.confirms(due=settle(wall, bot.setup.zone), late="skip")
    first = await bot.database.write(start_and_pause, bot)
    for _ in range(40):
        bot.clock.forward(seconds=30)
        await bot.ticks()
    assert (await bot.run(second)).state == "planned"
    await bot.database.write(push_runs.stop, first, by=ADA, now=bot.clock.now())
    await bot.ticks()
    assert (await bot.run(second)).state == "done"


def start_and_pause(db: Session, bot: Bot) -> int:
    """The first run stands as if it had been paused in the middle."""
    run_id = db.scalars(select(func.min(PushRun.id))).one()
    assert run_id is not None
    db.execute(update(PushRun).where(PushRun.id == run_id).values(state="paused", started_at=bot.clock.now()))
    return run_id


async def test_pause_stops_behind_what_is_on_its_way(bot: Bot, wire: FakeWire, database: Database) -> None:
    run_id = await bot.confirms()
    wire.gate = asyncio.Event()
    await bot.jobs.tick(bot.clock.now())
    await until(lambda: wire.on_their_way == 5)
    await database.write(push_runs.pause, run_id, by=ADA, now=bot.clock.now())
    await bot.jobs.tick(bot.clock.now())
    wire.gate.set()
    await bot.jobs.idle()
    run = await bot.run(run_id)
    assert (run.state, run.sent, run.unsure, len(wire.taken)) == ("paused", 5, 0, 5)
    await database.write(push_runs.resume, run_id, by=ADA, setup=bot.setup, now=bot.clock.now())
    await bot.ticks()
    assert wire.times() == dict.fromkeys(EVERYBODY, 1)


async def test_who_is_slow_holds_up_nobody_else(database: Database, clock: FakeClock) -> None:
    await database.write(prepare, clock, 50)
    wire = FakeWire(slow={FIRST + 7: asyncio.Event()})
    bot = Bot(database, clock, wire, in_flight=8)
    run_id = await bot.confirms()
    await bot.jobs.tick(clock.now())
    await until(lambda: len(wire.taken) == 50 and wire.on_their_way == 1)
    wire.slow[FIRST + 7].set()
    await bot.jobs.idle()
    run = await bot.run(run_id)
    assert (run.state, run.sent, wire.times()) == ("done", 50, dict.fromkeys(range(FIRST, FIRST + 50), 1))
    assert wire.most == 8


@pytest.mark.parametrize("end", [push_runs.pause, push_runs.stop])
async def test_a_run_that_may_not_go_on_takes_back_what_has_not_left(
    bot: Bot, wire: FakeWire, database: Database, end: Callable[..., PushRun]
) -> None:
    run_id = await bot.confirms()
    wire.slots = asyncio.Event()
    await bot.jobs.tick(bot.clock.now())
    await until(lambda: wire.wait_for_a_slot == 5)
    await database.write(end, run_id, by=ADA, now=bot.clock.now())
    await bot.ticks()
    run = await bot.run(run_id)
    assert (run.sent, run.unsure, run.cancelled, wire.taken) == (0, 0, 250 if end is push_runs.stop else 0, [])
    wire.slots = None
    if end is push_runs.pause:
        await database.write(push_runs.resume, run_id, by=ADA, setup=bot.setup, now=bot.clock.now())
        await bot.ticks()
        assert (wire.times(), wire.taken[0]) == (dict.fromkeys(EVERYBODY, 1), FIRST)
        assert await database.read(tries, run_id) == 0


def tries(db: Session, run_id: int) -> int:
    return db.scalars(select(func.sum(Delivery.tries)).where(Delivery.run_id == run_id)).one() or 0


async def test_at_the_end_nobody_is_unsure_who_only_waited_for_a_slot(bot: Bot, wire: FakeWire) -> None:
    run_id = await bot.confirms()
    wire.slots = asyncio.Event()
    await bot.jobs.tick(bot.clock.now())
    await until(lambda: wire.wait_for_a_slot == 5)
    await bot.jobs.stop()
    run = await bot.run(run_id)
    assert (run.state, run.sent, run.unsure, wire.taken) == ("sending", 0, 0, [])
    assert (await bot.database.read(begun, run_id)) == 0


def begun(db: Session, run_id: int) -> int:
    rows = select(func.count()).where(Delivery.run_id == run_id, Delivery.state == "begun")
    return db.scalars(rows).one()


async def test_what_the_database_does_not_take_is_noted_before_anything_else(bot: Bot, wire: FakeWire) -> None:
    run_id = await bot.confirms()
    wire.gate = asyncio.Event()
    await bot.jobs.tick(bot.clock.now())
    await until(lambda: wire.on_their_way == 5)
    good, bot.setup = bot.setup, replace(bot.setup, push=None)  # type: ignore[arg-type]
    wire.gate.set()
    await bot.jobs.idle()
    bot.setup = good
    assert (await bot.run(run_id)).sent == 0
    await bot.ticks()
    run = await bot.run(run_id)
    assert (run.state, run.sent, wire.times()) == ("done", 250, dict.fromkeys(EVERYBODY, 1))


async def test_stop_notes_what_is_on_its_way_and_claims_nobody_more(bot: Bot, wire: FakeWire) -> None:
    run_id = await bot.confirms()
    wire.gate = asyncio.Event()
    await bot.jobs.tick(bot.clock.now())
    await until(lambda: wire.on_their_way == 5)
    stopping = asyncio.create_task(bot.jobs.stop())
    await asyncio.sleep(0)
    wire.gate.set()
    await stopping
    run = await bot.run(run_id)
    assert (run.state, run.sent, len(wire.taken)) == ("sending", 5, 5)


async def test_a_bot_that_dies_in_the_middle_goes_on_and_sends_nothing_twice(
    bot: Bot, wire: FakeWire, database: Database
) -> None:
    run_id = await bot.confirms()
    await bot.jobs.tick(bot.clock.now())
    await until(lambda: len(wire.taken) >= 60)
    wire.gate = asyncio.Event()
    await until(lambda: wire.on_their_way > 0)
    died_with = wire.on_their_way
    before = list(wire.taken)
    await bot.dies()
    again_wire = FakeWire()
    again = Bot(database, bot.clock, again_wire)
    await again.jobs.settle()
    await again.ticks()
    assert set(before).isdisjoint(again_wire.taken)
    assert set(before) | set(again_wire.taken) == EVERYBODY
    run = await again.run(run_id)
    assert (run.state, run.unsure <= died_with, run.sent + run.unsure) == ("done", True, 250)


async def test_when_telegram_tells_several_people_to_wait_the_run_rests(bot: Bot, wire: FakeWire) -> None:
    run_id = await bot.confirms()
    for user_id in EVERYBODY:
        wire.answers[user_id] = [Receipt(Outcome.RETRY, reason="wait", retry_after=4000.0)]
    await bot.ticks()
    run = await bot.run(run_id)
    assert (run.state, run.due_at) == ("sending", bot.clock.now() + timedelta(seconds=4000))
    assert len(wire.taken) == 5
    wire.answers.clear()
    bot.clock.forward(seconds=4000)
    await bot.ticks()
    bot.clock.forward(seconds=4000)
    await bot.ticks()
    assert (await bot.run(run_id)).sent == 250


async def test_one_person_told_to_wait_holds_up_nobody_else(bot: Bot, wire: FakeWire) -> None:
    run_id = await bot.confirms()
    wire.answers[FIRST] = [Receipt(Outcome.RETRY, reason="wait", retry_after=30.0)]
    await bot.ticks()
    run = await bot.run(run_id)
    assert (run.sent, run.state, run.due_at) == (249, "sending", bot.clock.now() + timedelta(seconds=30))
    bot.clock.forward(seconds=30)
    await bot.ticks()
    assert (await bot.run(run_id)).state == "done"


async def test_a_wire_that_breaks_leaves_one_unsure_and_the_others_sent(bot: Bot, wire: FakeWire) -> None:
    run_id = await bot.confirms()

    def break_once(count: int) -> None:
        if count == 7:
            raise ConnectionError("torn")

    wire.watch = break_once
    await bot.ticks()
    run = await bot.run(run_id)
    assert (run.sent, run.unsure, run.state) == (249, 1, "done")


async def test_at_most_three_transactions_for_a_hundred_messages(bot: Bot, wire: FakeWire, database: Database) -> None:
    commits = 0

    def count(connection: object) -> None:
        nonlocal commits
        commits += 1

    await bot.confirms()
    event.listen(database._engine, "commit", count)
    await bot.ticks()
    event.remove(database._engine, "commit", count)
    looks_and_planning, carried, first_handful = 8, 250 / 40, 2
    assert commits <= looks_and_planning + carried + first_handful


async def test_a_wait_that_is_over_wakes_the_person(bot: Bot, database: Database) -> None:
    await database.write(wait_an_hour, bot)
    await bot.ticks()
    assert bot.told == []
    bot.clock.forward(hours=1)
    await bot.ticks()
    assert bot.told == [FIRST]
    assert await database.read(said, FIRST) == ["There is more."]


@pytest.mark.parametrize("keep", [False, True])
async def test_a_wait_that_two_workers_see_ends_once_however_late(
    bot: Bot, database: Database, wire: FakeWire, clock: FakeClock, keep: bool
) -> None:
    await database.write(wait_an_hour, bot, keep)
    other = Bot(database, clock, wire)
    clock.forward(days=3)
    await asyncio.gather(bot.ticks(), other.ticks())
    assert [*bot.told, *other.told] == [FIRST]
    assert await database.read(said, FIRST) == ["There is more."]


def wait_an_hour(db: Session, bot: Bot, keep: bool = False) -> None:
    waits.begin(db, FIRST, [Wake(bot.clock.now() + timedelta(hours=1), "more", keep)])


def said(db: Session, user_id: int) -> list[str]:
    return list(db.scalars(select(Message.words).where(Message.user_id == user_id)))


async def test_a_look_that_fails_does_not_end_the_looking(bot: Bot, database: Database) -> None:
    run_id = await bot.confirms()
    good, bot.setup = bot.setup, None  # type: ignore[assignment]
    await bot.jobs.beat()
    await bot.jobs.idle()
    bot.setup = good
    await bot.jobs.beat()
    await bot.jobs.idle()
    assert (await bot.run(run_id)).state == "done"


async def test_it_starts_looks_by_itself_and_stops(database: Database, wire: FakeWire, clock: FakeClock) -> None:
    await database.write(prepare, clock, 3)
    bot = Bot(database, clock, wire)
    await bot.confirms()
    await bot.jobs.start()
    await until(lambda: len(wire.taken) == 3)
    await bot.jobs.stop()
    assert bot.cards >= 1


async def until(happened: Callable[[], bool], turns: int = 1_000_000) -> None:
    """Let the loop turn until something has happened."""
    for _ in range(turns):
        if happened():
            return
        await asyncio.sleep(0)
    raise AssertionError("it did not happen")
