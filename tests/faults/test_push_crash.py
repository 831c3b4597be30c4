"""A bot that is killed in the middle of a push that an admin watches: it goes on by itself, and the card with it."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.services import engines
from models import Delivery, PushRun
from sandbox import Person, Sandbox, Settings
from tests.faults.process import BotProcess

PEOPLE = 40
FIRST = 1001
#: Pushes a second, and people on their way at once: a kill leaves at most so many unsure.
RATE, IN_FLIGHT = 40, 8

FLOW = """
start = "welcome"
fallback = "welcome"

[blocks.welcome]
say = "Hello."

[blocks.spring]
entry = true
say = "Spring is here."
"""


@dataclass(slots=True, kw_only=True)
class Scene(BotProcess):
    """A Telegram with people, and a bot that comes and goes."""

    ada: Person
    people: list[Person]

    async def sends(self) -> None:
        """Ada confirms a push to everyone."""
        await self.ada.write("/push new Spring to everyone start spring")
        await self.ada.until(lambda chat: "For: everyone" in newest(chat))
        await self.ada.write("/push send Spring")
        await self.ada.until(lambda chat: f"to {PEOPLE + 1} people" in newest(chat))
        await self.ada.press(f"Send to {PEOPLE + 1} people")

    async def reaches(self, place: int) -> None:
        """The push has come to the person at this place."""
        await self.people[place].until(lambda chat: "Spring is here." in newest(chat), timeout=30)

    async def ends(self) -> None:
        """The card says that the run is over."""
        await self.ada.until(lambda chat: any("reached" in line for line in lines(chat)), timeout=30)

    async def sends_to(self) -> Counter[int]:
        """How often the push came to each person, by Telegram's own log."""
        said = [entry for entry in await self.sandbox.client.log(method="sendMessage") if entry["ok"]]
        return Counter(entry["chat_id"] for entry in said if entry["params"]["text"] == "Spring is here.")


def lines(chat: dict[str, list[dict[str, str]]]) -> list[str]:
    return [message.get("text", "") for message in chat["messages"]]


def newest(chat: dict[str, list[dict[str, str]]]) -> str:
    return lines(chat)[-1] if chat["messages"] else ""


@pytest.fixture
async def scene(url: str, tmp_path: Path) -> AsyncIterator[Scene]:
    """Forty people and Ada have pressed Start."""
    async with Sandbox(Settings()) as sandbox:
        ada = await sandbox.client.person("Ada", id=301, role="admin")
        people = [await sandbox.client.person(f"P{number}", id=FIRST + number) for number in range(PEOPLE)]
        scene = Scene(sandbox, tmp_path, url, ada=ada, people=people)
        flow = tmp_path / "flow.toml"
        flow.write_text(FLOW)
        scene.configure(flow, owner=ada.id, push_rate=RATE)
        for person in (*people, ada):
            await person.start()
        yield scene
        await scene.dies()


def ledger(url: str) -> tuple[PushRun, Counter[str]]:
    """The run, and its deliveries by state."""
    engine = engines.connect(url)
    with Session(engine) as db:
        run = db.scalars(select(PushRun)).one()
        states = Counter(db.scalars(select(Delivery.state)))
        assert db.scalar(select(func.count()).select_from(Delivery)) == run.audience
    engine.dispose()
    return run, states


async def test_a_killed_bot_goes_on_with_its_push_and_reaches_nobody_twice(scene: Scene) -> None:
    await scene.starts(FRONTDESK_PUSH__IN_FLIGHT=str(IN_FLIGHT))
    for person in (*scene.people, scene.ada):
        await person.heard(1, timeout=30)
    await scene.sends()
    await scene.reaches(PEOPLE // 2)
    await scene.dies()
    await scene.starts(FRONTDESK_PUSH__IN_FLIGHT=str(IN_FLIGHT))
    await scene.ends()
    assert await scene.dies(signal.SIGTERM) == 0
    sends = await scene.sends_to()
    run, states = ledger(scene.url)
    assert max(sends.values()) == 1
    assert states.keys() <= {"sent", "unsure"}
    assert states.total() == PEOPLE + 1
    assert states["sent"] <= len(sends) <= states["sent"] + states["unsure"]
    assert states["unsure"] <= IN_FLIGHT
    assert (run.state, run.sent, run.unsure) == ("done", states["sent"], states["unsure"])
