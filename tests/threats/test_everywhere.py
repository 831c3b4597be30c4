"""Hostile people in a whole story: whatever comes out at staff's and at other people's, in messages and in files, has
our markup only. What the sandbox has read out of it, with links, commands and mentions found as Telegram finds them, is
looked at, and the files are opened."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import AsyncIterator, Callable
from typing import Any
from xml.etree import ElementTree

import pytest

from bot.admin.presses import Note, SwitchBotOn
from bot.admin.privacy import ShowMyData
from bot.admin.users_export import ExportUsers
from bot.ui.press import pack
from sandbox import Person
from tests.faults.seeing import data_of, newest, says, sees
from tests.story.people import Story, telling
from tests.story.topics import with_topics
from tests.threats.hostile import HOSTILE, OURS, judge


@pytest.fixture
async def story(sqlite_url: str) -> AsyncIterator[Story]:
    """On SQLite: what comes out is made the same way on both."""
    async with telling(sqlite_url) as told:
        yield told


#: How long somebody looks for something.
PATIENCE = 40.0
#: So many emoji as a question may have.
LONG = "\U0001f642" * 480


async def comes(story: Story, number: int, words: str) -> Person:
    """Somebody who is called so, and asks so; who writes more, and changes it."""
    name = {"first_name": words[:32], "last_name": words[32:64] or None, "username": None}
    person = await story.sandbox.client.person(**{key: value for key, value in name.items() if value}, id=6660 + number)
    await person.start()
    await sees(person, says("front desk"), PATIENCE)
    await person.write("person")
    await sees(person, says("What would you like"), PATIENCE)
    await person.write(f"Well: {words}" if words.startswith("/") else words)  # else it were a command
    await sees(person, says("Someone will answer"), PATIENCE)
    sent = await person.write(f"more {words * 4}")
    await person.edit(sent, f"changed {words * 4}")
    return person


async def presses(person: Person, data: str) -> None:
    await person.press_only(data, await newest(person))


async def test_alerts_relays_screens_notes_and_answers(story: Story, tried: Callable[[int], None]) -> None:
    people = [await comes(story, number, words) for number, words in enumerate((*HOSTILE, LONG))]
    sara, ada = story.sara, story.ada
    for person, words in zip(people, (*HOSTILE, LONG), strict=True):
        await sara.write(f"/user {person.id}")
        await sees(sara, says(str(person.id), button="Conversation"), PATIENCE)
        await presses(sara, pack(Note(person.id)))
        await sees(sara, says("note"), PATIENCE)
        await sara.write(f"noted {words}"[:4000])
        await sara.write(f"/conversation {person.id}")
        await sees(sara, says("noted"), PATIENCE)
    for line in ("/requests all", "/users", "/users first_name is set sort name", "/audit", "/staff", "/stats"):
        before = await newest(ada)
        await ada.write(line)
        await sees(ada, says("", after=before), PATIENCE)
    await settled(story)
    judged = judge_chats(story, people)
    assert judged > 60
    tried(judged)


async def test_pushes_say_what_people_said_and_no_more(story: Story, tried: Callable[[int], None]) -> None:
    people = [await comes(story, number, words) for number, words in enumerate(HOSTILE)]
    for person in people:
        await presses(story.ada, pack(SwitchBotOn(person.id, 0)))
        await sees(person, says("I am back"), PATIENCE)
    await story.ada.write("/push new Hello to everyone text Dear {first_name|you}, you asked: {question|nothing}.")
    await sees(story.ada, says("For: everyone", "Hello"), PATIENCE)
    await story.ada.write("/push send Hello")
    ready = await sees(story.ada, says("Hello", button="Send to "), PATIENCE)
    await story.ada.press_only(data_of(ready, "Send to ") or "", ready)
    for person, words in zip(people, HOSTILE, strict=True):
        got = await sees(person, says("you asked:"), PATIENCE)
        assert squeezed(words) in squeezed(got["text"])
    await settled(story)
    tried(judge_chats(story, people))


async def test_files_hold_words_as_words(story: Story) -> None:
    people = [await comes(story, number, words) for number, words in enumerate(HOSTILE)]
    for kind in (0, 1):
        before = await newest(story.ada)
        await story.ada.write("/users")
        await sees(story.ada, says("Users", after=before), PATIENCE)
        await presses(story.ada, pack(ExportUsers(None, 0, kind)))
        await sees(story.ada, says("exported by", after=before), PATIENCE)
    person = people[4]  # whose words are formulas
    await person.write("/mydata")
    await presses(person, pack(ShowMyData()))
    await sees(person, lambda found: next((one for one in found if "document" in one), None), PATIENCE)
    files = {stored.name: story.sandbox.world.files.read(stored) for stored in story.sandbox.world.files.all()}
    judge_csv(next(content for name, content in files.items() if name.endswith(".csv")).decode("utf-8-sig"))
    judge_xlsx(next(content for name, content in files.items() if name.endswith(".xlsx")))
    mine = json.loads(next(content for name, content in files.items() if name.endswith(".json")))
    assert squeezed(HOSTILE[4]) in squeezed(json.dumps(mine, ensure_ascii=False).replace("\\t", "\t"))


async def test_topics_of_the_staff_group(sqlite_url: str) -> None:
    async with with_topics(sqlite_url) as told:
        story = told.story
        # Three topics are as many as a minute's limit of a group lets through.
        people = [
            await comes(story, number, f"{a} {b}")
            for number, (a, b) in enumerate(zip(HOSTILE[::2], HOSTILE[1::2], strict=True))
        ]
        await told.group.until(lambda chat: len(chat["group"]["topics"]) == len(people), PATIENCE)
        await told.group.until(lambda chat: changed(chat) >= len(people), PATIENCE)
        group = story.sandbox.world.groups[told.group.id]
        for message in group.messages.values():
            judge_message(message.content, "the staff group")
        assert len(group.messages) > 2 * len(people)
        assert all("\u202e" not in topic["name"] for topic in await told.group.topics())


def changed(chat: dict[str, Any]) -> int:
    """Messages of the bot that have what people changed."""
    return sum("changed" in (message.get("text") or "") for message in chat["messages"] if message["from"] == "bot")


async def settled(story: Story) -> None:
    """Nothing is on its way any more."""
    await story.bot.turns.idle()
    await story.bot.house.outbox.idle()


def judge_chats(story: Story, people: list[Person]) -> int:
    """Everything that the bot has said; people's own words may be what they are where only they see them."""
    judged = 0
    for who in (story.sara, story.sam, story.ada, *people):
        for message in story.sandbox.world.chats[who.id].messages.values():
            if message.outgoing:
                judge_message(message.content, who.card["first_name"], own=who in people)
                judged += 1
    return judged


def judge_message(content: dict[str, Any], where: str, *, own: bool = False) -> None:
    for part, marks in (("text", "entities"), ("caption", "caption_entities")):
        if part in content:
            judge(content[part], content.get(marks, []), where, kinds=OURS if own else None)


def judge_csv(written: str) -> None:
    rows = list(csv.reader(io.StringIO(written, newline="")))
    assert len(rows) > len(HOSTILE)
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if re.match(r"\s*[=+\-@\t\r]", cell) and not re.fullmatch(r"-?[\d.]+", cell)]


def judge_xlsx(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and "hyperlink" not in sheet and "=1+2" in sheet


def squeezed(words: str) -> str:
    """Without what is not shown, so that words can be compared."""
    return re.sub(r"[\s\u202a-\u202e\u2066-\u2069\u200f\u2060]+", "", words)
