"""The bot is killed in the middle of things and started again."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox import Person, Sandbox
from tests.story.people import hears, link_in, texts
from tests.story.process import Process, bot_of


@dataclass(slots=True)
class Scene:
    """Vera, Sara and a bot that can be killed."""

    bot: Process
    vera: Person
    sara: Person
    database: Path
    sandbox: Sandbox

    async def settled(self) -> None:
        """All that was sent is noted: a death before that may repeat an answer."""
        with closing(sqlite3.connect(self.database)) as db:
            async with asyncio.timeout(60):
                while db.execute("SELECT count(*) FROM messages WHERE state = 'waiting'").fetchone() != (0,):
                    await asyncio.sleep(0)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with Sandbox() as sandbox, bot_of(sandbox, tmp_path) as bot:
        vera = await sandbox.client.person("Vera", id=101)
        sara = await sandbox.client.person("Sara", id=201)
        await bot.start()
        await sara.start()
        await sara.heard(1, timeout=60)
        yield Scene(bot, vera, sara, tmp_path / "bot.sqlite3", sandbox)


async def test_what_was_written_while_it_was_dead_is_answered_from_where_the_person_was(scene: Scene) -> None:
    await scene.vera.start("card")
    await scene.vera.write("Vera")
    await hears(scene.vera, "A card is free", "Thank you, Vera.")
    await scene.settled()
    await scene.bot.kill()
    await scene.vera.write("34")
    await scene.vera.write("Graz")
    await scene.bot.start()
    await hears(scene.vera, "And in which city", "One moment, Vera from Graz.", "A guest card")


async def test_no_message_of_a_burst_is_lost_and_none_handled_twice(scene: Scene) -> None:
    people = [scene.vera, *[await scene.sandbox.client.person(f"P{number}", id=500 + number) for number in range(3)]]
    for person in people:
        await person.start()
    for number in range(40):
        for person in people:
            await person.write(f"message {number:03}")
        if number in (10, 20, 30):
            await scene.bot.kill()
            await scene.bot.start()
    for person in people:
        await person.heard(41, timeout=60)
    code, _ = await scene.bot.stop()
    assert code == 0
    with closing(sqlite3.connect(scene.database)) as db:
        for person in people:
            rows = db.execute("SELECT words FROM messages WHERE user_id = ? AND words LIKE 'message %'", (person.id,))
            assert [words for (words,) in rows] == [f"message {number:03}" for number in range(40)]
        assert db.execute("SELECT count(*) FROM inbox WHERE state <> 'done'").fetchone() == (0,)


async def test_requests_alerts_and_begun_answers_outlive_it(scene: Scene) -> None:
    await scene.vera.start()
    await scene.vera.write("person")
    await scene.vera.write("Where is the atlas?")
    await scene.vera.heard(3)
    (alert,) = await scene.sara.heard(1)
    await scene.sara.press("Reply", alert)
    await scene.sara.heard(1)
    await scene.settled()
    await scene.bot.kill()
    await scene.bot.start()
    await scene.sara.write("On the second floor.")
    await hears(scene.vera, "On the second floor.")
    await scene.sara.heard(2)
    await scene.sara.open(link_in(alert))
    (view,) = await scene.sara.heard(1)
    assert "On the second floor." in view["text"]
    await scene.settled()
    await scene.bot.kill()
    pressed = await scene.sara.press_only("Reactivate bot", alert)
    await scene.bot.start()
    assert (await scene.sandbox.client.get(f"/sim/queries/{pressed}", wait=20))["answered"]
    assert "closed by" in (await scene.sara.changed(alert))["text"]
    await hears(scene.vera, "How was the help of our staff, Vera?", "I am back, Vera.")


async def test_an_answer_that_was_not_sent_is_sent_after_the_start(scene: Scene) -> None:
    await scene.sandbox.client.fault(method="sendMessage", chat_id=101, error={"code": 500})
    await scene.vera.start()
    async with asyncio.timeout(60):
        while not [call for call in await scene.sandbox.client.log(method="sendMessage") if not call["ok"]]:
            await asyncio.sleep(0)
    await scene.bot.kill()
    await scene.sandbox.client.mend()
    await scene.bot.start()
    (hello,) = texts(await scene.vera.heard(1, timeout=60))
    assert hello.startswith("Hello Vera!")


async def test_a_polite_end_is_quick_and_clean(scene: Scene) -> None:
    async with asyncio.timeout(60):
        code, said = await scene.bot.stop()
    assert code == 0 and "Traceback" not in said and "rror" not in said, said
