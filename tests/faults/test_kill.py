"""A bot that is killed while people are in the middle of something, as a process: nobody has to begin again."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.services import engines
from models import InboxUpdate, PushRun
from sandbox import Person, Sandbox, Settings
from tests.faults.process import ROOT, BotProcess
from tests.story.people import buttons, texts

#: Seconds that a bot may need to come back on a busy machine.
BACK = 30.0
#: A time that passes while the bot is dead: the database says so, so that nobody has to wait for it.
PAST = datetime(2026, 1, 2, 9, tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class Scene(BotProcess):
    """Vera visits, Sara and Sam are staff, Ada is the owner."""

    vera: Person
    sara: Person
    sam: Person
    ada: Person

    async def is_killed(self) -> None:
        """Dead in this moment, and back at once."""
        await self.dies()
        await self.starts()

    def write(self, change: Callable[[Session], Any]) -> Any:
        """Look into the database, or change it, while the bot is dead."""
        engine = engines.connect(self.url)
        with Session(engine, expire_on_commit=False) as db:
            found = change(db)
            db.commit()
        engine.dispose()
        return found


@pytest.fixture
async def scene(url: str, tmp_path: Path) -> AsyncIterator[Scene]:
    """Everybody has pressed Start and was greeted."""
    async with Sandbox(Settings()) as sandbox:
        people = sandbox.client
        scene = Scene(
            sandbox,
            tmp_path,
            url,
            vera=await people.person("Vera", id=101),
            sara=await people.person("Sara", id=201, role="staff"),
            sam=await people.person("Sam", id=202, role="staff"),
            ada=await people.person("Ada", id=301, role="admin"),
        )
        scene.configure(ROOT / "flow.example.toml", owner=301, staff=(201, 202))
        await scene.starts()
        for person in (scene.vera, scene.sara, scene.sam, scene.ada):
            await person.start()
            await person.heard(1, timeout=BACK)
        yield scene
        await scene.dies()


async def until_says(person: Person, words: str) -> list[str]:
    """What the bot has said to a person, as soon as something has these words; a repeat is heard once.

    An answer whose sending was cut off may come twice: that is the rule for answers, and not for pushes.
    """
    chat = await person.until(lambda chat: words in "\n".join(texts(chat["messages"])), timeout=BACK)
    said = texts([message for message in chat["messages"] if message["from"] == "bot"])
    return [words for words, _ in itertools.groupby(said)]


async def until_shows(person: Person, alert: dict[str, Any], words: str) -> dict[str, Any]:
    """A message as soon as it has these words."""

    def shown(chat: dict[str, Any]) -> dict[str, Any]:
        now = next(message for message in chat["messages"] if message["id"] == alert["id"])
        return now if words in now["text"] else {}

    return shown(await person.until(shown, timeout=BACK))


async def test_what_a_visitor_wrote_before_and_while_it_was_dead_is_answered_in_order(scene: Scene) -> None:
    vera = scene.vera
    await vera.start("card")
    for line in ("Vera", "200", "34"):
        await vera.write(line)
    await until_says(vera, "Please write your age")
    await scene.dies()
    for line in ("Linz", "person"):
        await vera.write(line)
    await scene.starts()
    said = await until_says(vera, "What would you like to know?")
    assert [words[:24] for words in said[1:]] == [
        "A card is free and takes",
        "Thank you, Vera. How old",
        "Please write your age in",
        "And in which city do you",
        "One moment, Vera from Li",
        "A guest card is ready at",
        "Shall we call when a boo",
        "What would you like to k",
    ]
    await scene.dies()
    assert scene.write(lambda db: db.scalar(select(func.count()).where(InboxUpdate.done_at.is_(None)))) == 0


async def test_a_request_stays_taken_and_is_handed_back_once(scene: Scene) -> None:
    await scene.vera.write("person")
    await scene.vera.heard(1)
    await scene.vera.write("Do you have Kafka in Czech?")
    (saras,), (sams,) = await scene.sara.heard(1), await scene.sam.heard(1)
    await scene.sara.press_only("Take", saras)
    await until_shows(scene.sara, saras, "taken by")
    await scene.is_killed()
    await until_shows(scene.sam, sams, "taken by")
    await scene.sara.write("Third shelf.", reply_to=saras["id"])
    await until_says(scene.vera, "Third shelf.")
    await scene.sam.press_only("Reactivate bot", sams)
    await until_shows(scene.sam, sams, "closed by")
    await scene.is_killed()
    closed = await until_shows(scene.sara, saras, "closed by")
    assert "Sam" in closed["text"] and "Deactivate bot" in buttons(closed)
    assert "I am back, Vera. Is there anything else?" in await until_says(scene.vera, "I am back, Vera.")
    await scene.vera.write("hours")
    await until_says(scene.vera, "We are open Monday")


async def test_a_draft_is_kept_and_a_planned_push_runs_though_its_time_passed_meanwhile(scene: Scene) -> None:
    ada = scene.ada
    await ada.write("/push new Readings to everyone start reading_week")
    await until_says(ada, "For: everyone")
    await ada.write("/push send Readings to 101 at tomorrow 9:00")
    await until_says(ada, "Send “Readings” to 1 person?")
    await ada.press("Plan for 1 person")
    await until_says(ada, "planned for")
    await ada.write("/push")
    await until_says(ada, "1 push")
    await ada.press("New push")
    await until_says(ada, "Write the title of the push.")
    await scene.dies()
    scene.write(lambda db: db.execute(update(PushRun).values(due_at=PAST, due_typed=f"{PAST:%Y-%m-%d %H:%M}")))
    await scene.starts()
    await until_says(scene.vera, "Reading week in Vienna")
    await ada.write("Spring")
    assert "Spring" in (await until_says(ada, "There are no groups yet."))[-1]
    await scene.dies()
    run = scene.write(lambda db: db.scalars(select(PushRun)).one())
    assert (run.state, run.audience, run.sent + run.unsure) == ("done", 1, 1)
