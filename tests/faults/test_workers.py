"""Several workers on one database: killed, stopped, cut off and outdated, and nobody notices."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import InboxUpdate, Message, PushRun, Worker
from sandbox import Person, Sandbox, Settings
from tests.faults.process import BotProcess
from tests.faults.workers import Office, echoes

PEOPLE, LINES = 8, 6
#: Of them, who write without a pause.
FEW = 3


@pytest.fixture
async def office(postgres_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    """Nobody works yet."""
    async with Sandbox(Settings()) as sandbox:
        office = Office(sandbox, tmp_path, postgres_url)
        await office.balancer.start()
        yield office
        await office.close()


async def visitors(office: Office) -> list[Person]:
    """They have come, and were greeted."""
    people = [await office.sandbox.client.person(f"P{number}", id=1001 + number) for number in range(PEOPLE)]
    for person in people:
        await person.start()
    for person in people:
        await person.heard(1, timeout=90)
    return people


async def all_write(people: list[Person], first: int) -> list[str]:
    """Everybody writes numbered lines, as fast as they can."""
    lines = [str(number) for number in range(first, first + LINES)]
    for line in lines:
        await asyncio.gather(*(person.write(line) for person in people))
    return lines


def heard(db: Session) -> dict[int, list[str]]:
    """What the log has of everybody, in its order."""
    found: dict[int, list[str]] = {}
    lines = (Message.direction == "in") & (Message.words != "/start")
    query = select(Message).where(lines).order_by(Message.user_id, Message.number)
    for line in db.scalars(query):
        found.setdefault(line.user_id, []).append(line.words)
    return found


def still_open(db: Session) -> int:
    return db.scalar(select(func.count()).where(InboxUpdate.done_at.is_(None))) or 0


async def test_a_killed_worker_and_updates_that_come_twice_cost_nobody_anything(office: Office) -> None:
    """R5, and P1 to P3: each update once, in each person's order, whoever gets it and whoever dies."""
    await office.hires(3)
    people = await visitors(office)
    await office.sandbox.client.fault(method="webhook", updates="twice", times=40)
    lines = await all_write(people, 0)
    await office.workers[0].dies()
    lines += await all_write(people, LINES)
    for person in people:
        assert await echoes(person, lines[-1]) == lines
    assert await office.workers[1].dies(signal.SIGTERM) == 0
    lines += await all_write(people, 2 * LINES)
    for person in people:
        assert await echoes(person, lines[-1]) == lines
    assert office.read(heard) == {person.id: lines for person in people}
    assert office.read(still_open) == 0


async def test_a_worker_that_sleeps_and_a_restart_one_by_one_are_not_noticed(office: Office) -> None:
    """P1 to P3, and R7: one that does not lead is stopped and wakes again; then both go while people write, and new
    ones come."""
    await office.hires(2)
    people = (await visitors(office))[:FEW]
    leader = await led(office)
    (follower,) = (worker for worker in office.workers if worker is not leader)
    assert follower.bot is not None
    follower.bot.send_signal(signal.SIGSTOP)
    lines = await all_write(people, 0)
    for person in people:
        assert await echoes(person, lines[-1]) == lines
    follower.bot.send_signal(signal.SIGCONT)
    over = asyncio.Event()
    writing = asyncio.create_task(converse(people, LINES, over))
    for worker in (leader, follower):
        await office.hires(1)
        assert await worker.dies(signal.SIGTERM) == 0
    over.set()
    lines += await writing
    for person in people:
        assert await echoes(person, lines[-1]) == lines
    assert len(lines) > 2 * LINES
    assert office.read(heard) == {person.id: lines for person in people}
    assert office.read(still_open) == 0


async def converse(people: list[Person], first: int, over: asyncio.Event) -> list[str]:
    """Everybody writes numbered lines, each when the one before is answered, until it is over."""
    lines: list[str] = []
    while not over.is_set():
        lines.append(str(first + len(lines)))
        await asyncio.gather(*(person.write(lines[-1]) for person in people))
        await asyncio.gather(*(echoes(person, lines[-1]) for person in people))
    return lines


async def test_whoever_plans_is_one_and_another_takes_over(office: Office) -> None:
    """R39: the leader is stopped in the middle, another one leads, it wakes again: nobody gets the push twice."""
    await office.hires(2)
    ada = await office.sandbox.client.person("Ada", id=301, role="admin")
    people = await visitors(office)
    await ada.start()
    await ada.heard(1, timeout=90)
    leader = await led(office)
    assert leader.bot is not None
    leader.bot.send_signal(signal.SIGSTOP)
    await ada.write("/push new Spring to everyone start spring")
    await ada.until(lambda chat: "For: everyone" in chat["messages"][-1].get("text", ""), timeout=90)
    await ada.write("/push send Spring")
    button = f"Send to {PEOPLE + 1} people"
    await ada.until(lambda chat: f"to {PEOPLE + 1} people" in chat["messages"][-1].get("text", ""), timeout=90)
    await ada.press(button, wait=60)
    for person in people:
        await person.until(lambda chat: chat["messages"][-1].get("text") == "Spring is here.", timeout=90)
    leader.bot.send_signal(signal.SIGCONT)
    await all_write(people, 0)
    for person in people:
        await echoes(person, str(LINES - 1))
    log = await office.sandbox.client.log(method="sendMessage")
    sends = Counter(entry["chat_id"] for entry in log if entry["ok"] and entry["params"]["text"] == "Spring is here.")
    assert set(sends.values()) == {1}
    assert office.read(lambda db: db.scalars(select(PushRun.state)).all()) == ["done"]


async def led(office: Office) -> BotProcess:
    """Whoever leads."""
    async with asyncio.timeout(60):
        while True:
            for worker in office.workers:
                if "leads now" in (worker.folder / "bot.log").read_text():
                    return worker
            await asyncio.sleep(0)


async def test_a_database_that_goes_away_and_comes_back_newer(office: Office) -> None:
    """R67 and R65: connections are cut, the database is away for a while; then it is too new, and everybody ends."""
    await office.hires(2)
    people = await visitors(office)
    lines = await all_write(people, 0)
    office.cut()
    lines += await all_write(people, LINES)
    office.order("ALTER DATABASE NAME ALLOW_CONNECTIONS false")
    office.cut()
    lines += await all_write(people, 2 * LINES)
    office.order("ALTER DATABASE NAME ALLOW_CONNECTIONS true")
    for person in people:
        assert await echoes(person, lines[-1]) == lines
    assert office.read(heard) == {person.id: lines for person in people}
    office.order("UPDATE alembic_version SET version_num = '9999'", inside=True)
    async with asyncio.timeout(60):
        codes = [await worker.bot.wait() for worker in office.workers if worker.bot is not None]
    assert codes == [2, 2]
    assert "written by a newer frontdesk (schema 9999" in (office.workers[0].folder / "bot.log").read_text()
    assert office.read(lambda db: db.scalar(select(func.count()).select_from(Worker))) == 0
