"""`make crash`: a bot that is killed again and again at random moments of a push, over many people.

Each case is a run of its own: 300 or 5,000 people, with 1, 8 or 100 of them on their way at once, on both databases.
The sandbox's own log says how often each person was sent to.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.services import engines
from models import Delivery, Push, PushRun, User
from sandbox import Sandbox, Settings
from sandbox.shapes import Person as Someone
from tests.clock import NOON
from tests.faults.process import BotProcess
from tests.faults.test_push_crash import FIRST, FLOW

#: Kills in one run, and seconds until each of them at most.
KILLS, MOMENT = 5, 2.5
#: Seconds that a run takes where nobody kills it.
LASTING = 6.0
#: Seconds in which a run has to end by itself.
PATIENCE = 240.0


class Sends:
    """How often the sandbox was given the push for each person."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._world = sandbox.world
        self._add = self._world.log.add
        self.by_person: Counter[int] = Counter()
        self._world.log.add = self._count  # type: ignore[method-assign,assignment]

    def _count(
        self, method: str, params: dict[str, object], error: str | None, message_id: int | None = None
    ) -> object:
        if method.lower() == "sendmessage" and error is None:
            self.by_person[int(str(params["chat_id"]))] += 1
        return self._add(method, params, error, message_id)


def fill(url: str, people: int) -> None:
    """So many users, and a push for everyone that is due."""
    engine = engines.prepare(url, threads=1)
    with Session(engine) as db, db.begin():
        rows = [
            {"id": FIRST + number, "first_name": "P", "joined_at": NOON, "last_seen_at": NOON}
            for number in range(people)
        ]
        db.execute(insert(User), rows)
        db.execute(insert(Push), {"title": "S", "folded": "s", "start": "spring", "everyone": True, "created_at": NOON})
        push = db.scalars(select(Push)).one()
        db.add(PushRun(push_id=push.id, recipients="all", state="planned", due_at=NOON, created_at=NOON))
    engine.dispose()


def state_of(url: str) -> str:
    engine = engines.connect(url)
    with Session(engine) as db:
        state = db.scalars(select(PushRun.state)).one()
    engine.dispose()
    return state


@pytest.mark.skipif("FRONTDESK_CRASH" not in os.environ, reason="`make crash` runs this: it takes a quarter of an hour")
@pytest.mark.parametrize("in_flight", [1, 8, 100])
@pytest.mark.parametrize("people", [300, 5000])
async def test_r26_kills_at_random_moments_lose_nobody_and_reach_nobody_twice(
    url: str, tmp_path: Path, people: int, in_flight: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(f"{os.environ.get('FRONTDESK_SEED', '1')} {people} {in_flight} {url[:6]}")
    monkeypatch.setenv("FRONTDESK_PUSH__IN_FLIGHT", str(in_flight))
    async with Sandbox(Settings()) as sandbox:
        sends = Sends(sandbox)
        for number in range(people):
            sandbox.world.add_person(Someone(FIRST + number, "P", started=True))
        bot = BotProcess(sandbox, tmp_path, url)
        (flow := tmp_path / "flow.toml").write_text(FLOW)
        bot.configure(flow, owner=301, push_rate=people / LASTING)
        fill(url, people)
        for _ in range(KILLS):
            seen = sum(sends.by_person.values())
            await bot.starts()
            await until(lambda seen=seen: sum(sends.by_person.values()) > seen or state_of(url) == "done")
            await asyncio.wait([asyncio.create_task(asyncio.Event().wait())], timeout=chance.uniform(0, MOMENT))
            await bot.dies()
        await bot.starts()
        await until(lambda: state_of(url) == "done", every=1.0)
        await bot.dies()
    check(url, people, sends.by_person, in_flight)


async def until(happened: object, every: float = 0.05) -> None:
    """Look again and again. Raises TimeoutError."""
    never = asyncio.Event()
    async with asyncio.timeout(PATIENCE):
        while not happened():  # type: ignore[operator]
            await asyncio.wait([asyncio.ensure_future(never.wait())], timeout=every)


def check(url: str, people: int, sends: Counter[int], in_flight: int) -> None:
    """Everybody stands in the ledger once; what the ledger says is what the sandbox saw."""
    engine = engines.connect(url)
    with Session(engine) as db:
        run = db.scalars(select(PushRun)).one()
        states = Counter(db.scalars(select(Delivery.state)))
    engine.dispose()
    assert max(sends.values()) == 1, "somebody got it twice"
    assert states.keys() <= {"sent", "unsure"}
    assert states.total() == run.audience == people
    assert states["unsure"] == run.unsure <= in_flight * KILLS
    assert states["sent"] <= len(sends) <= people
