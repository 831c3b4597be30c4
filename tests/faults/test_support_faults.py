"""Faults that people at the desk meet, by their number in the catalogue: R42–R46 over HTTP, the others in process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.flow.content import Kind
from bot.flow.heard import Shared
from bot.services import requests, roles
from bot.services.database import Database
from bot.services.receipt import Outcome
from bot.services.requests import Origin
from bot.services.setup import Setup
from models import AuditEntry, InboxUpdate, Message
from tests.clock import NOON, FakeClock
from tests.services.office import SAM, SARA, VERA, Office, text
from tests.story.people import Story, buttons, telling


@pytest.fixture
def office(db: Session, clock: FakeClock) -> Iterator[Office]:
    """Vera has asked; Sara and Sam have her alert."""
    office = Office(db, clock)
    office.asks_for_a_person(VERA)
    for one in (SARA, SAM):
        office.delivers(one)
    yield office


async def ten_taps(story: Story, alert: dict[str, Any]) -> None:
    data = f"rt:{1:x}:0"
    queries = [await story.sara.press_only(data, alert) for _ in range(10)]
    for query in queries:
        assert (await story.sandbox.client.get(f"/sim/queries/{query}", wait=10))["answered"]


async def test_r42_to_r46_what_goes_wrong_around_a_press(sqlite_url: str) -> None:
    async with telling(sqlite_url) as story:
        await story.vera.start()
        await story.vera.write("person")
        await story.vera.heard(2)
        await story.vera.write("Kafka?")
        (alert,) = await story.sara.heard(1)
        # R44: the answer to a press comes too late; what it does is done all the same, and once.
        late = {"code": 400, "description": "Bad Request: query is too old and response timeout expired"}
        await story.sandbox.client.fault(method="answerCallbackQuery", times=1, error=late)
        await story.sara.press_only("Take", alert)
        assert "taken by" in (await story.sara.changed(alert))["text"]
        # R42: ten taps do nothing more, and all are answered.
        await ten_taps(story, alert)
        taken = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "request.take")
        assert await story.bot.house.database.read(lambda db: db.scalar(taken)) == 1
        # R45: an edit that changes nothing is a success, not a second message.
        await story.sara.write("/requests")
        (queue,) = await story.sara.heard(1)
        await story.sandbox.client.fault(method="answerCallbackQuery", times=1, error=late)
        await story.sara.press_only("Show all", queue)
        shown = await story.sara.changed(queue)
        failures = select(func.max(InboxUpdate.attempts))
        assert await story.bot.house.database.read(lambda db: db.scalar(failures)) == 0, "R44: nothing failed"
        same = {"code": 400, "description": "Bad Request: message is not modified: specified new message content"}
        await story.sandbox.client.fault(method="editMessageText", times=1, error=same)
        answer = await story.sara.press("Show open ones", shown)
        assert answer["answered"] and await story.sara.heard_so_far() == []
        # R46: a message that is gone is replaced by a new one.
        await story.sara.delete(queue)
        await story.sara.press_only("rl:0::0", queue["id"])
        (again,) = await story.sara.heard(1)
        assert "Show all" in buttons(again)
        # R43: a button of another version gets a sentence and a fresh start.
        assert (await story.sara.press("zz:1:2", again))[
            "text"
        ] == "This button belongs to a screen that is out of date."
        assert "Help" in buttons(await story.sara.changed(again))


def test_r48_a_burst_of_one_user_is_heard_one_by_one_in_order(office: Office) -> None:
    for number in range(20):
        office.writes(VERA, f"{number}")
    letters = office.letters(SARA)
    words = [one.words for letter in letters for one in (letter, *letter.joined)]
    assert words == [str(number) for number in range(20)]


def test_r49_an_album_survives_the_end_of_the_bot_in_the_middle_of_its_window(office: Office) -> None:
    for number in range(10):
        heard = Shared(Kind.PHOTO, f"photo:p{number}", album="a")
        office.does(VERA, heard, kind=Kind.PHOTO, file_id=f"p{number}", album="a")
        if number == 4:
            assert office.letters(SARA) == []  # whoever was to send it is gone now; the rows are not
    office.clock.forward(seconds=2)
    (album,) = office.letters(SARA)
    assert album.count == 10


def test_r50_a_change_of_what_was_answered_long_ago_changes_nothing_but_the_log(office: Office) -> None:
    requests.reactivate(office.db, VERA.id, by=office.actor(SARA), setup=office.setup, now=office.clock.now())
    office.writes(VERA, "my age", message=70)
    office.delivers(VERA)
    assert office.writes(VERA, "my name", edited=True, message=70).pending == frozenset()
    last = office.db.scalars(select(Message).where(Message.user_id == VERA.id).order_by(Message.number.desc())).first()
    assert last is not None and last.words == "my name" and last.content["edited"]


def test_r56_staff_see_that_an_answer_did_not_reach_who_blocked_the_bot(office: Office) -> None:
    sara, now = office.actor(SARA), office.clock.now()
    requests.answer(office.db, VERA.id, text("Yes"), by=sara, setup=office.setup, now=now)
    assert office.receives(office.letters(VERA)[0], Outcome.BLOCKED, reason="blocked the bot") == {SARA.id}
    assert office.delivers(SARA) == ["Not delivered to Vera Visitor (101): blocked the bot."]


async def test_r57_two_take_at_the_same_moment_and_the_database_knows_one(database: Database) -> None:
    def begin(db: Session) -> tuple[Setup, int]:
        office = Office(db, FakeClock())
        return office.setup, office.asks_for_a_person(VERA)

    def take(db: Session, who: int) -> bool:
        return requests.take(db, request_id, by=roles.actor(db, who, setup), now=NOON).won

    setup, request_id = await database.write(begin)
    won = await asyncio.gather(*(database.write(take, who.id) for who in (SARA, SAM)))
    assert sorted(won) == [False, True]


def test_r58_an_answer_to_a_closed_request_is_not_lost_silently(office: Office) -> None:
    request = requests.open_of(office.db, VERA.id)
    assert request is not None
    sara = office.actor(SARA)
    requests.reactivate(office.db, VERA.id, by=sara, setup=office.setup, now=office.clock.now())
    done = requests.answer(
        office.db,
        VERA.id,
        text("Found it"),
        by=sara,
        origin=Origin(request_id=request.id),
        setup=office.setup,
        now=office.clock.now(),
    )
    assert done.reopened and "Found it" in office.delivers(VERA)


def test_r59_a_flood_of_a_hundred_messages_is_joined_none_is_lost_and_the_order_is_kept(office: Office) -> None:
    said = [f"{number} " + "x" * number for number in range(100)]
    for words in said:
        office.writes(VERA, words)
    read: list[str] = []
    sent = 0
    while letters := office.letters(SARA):
        for letter in letters:
            office.receives(letter)
            read += [one.words for one in (letter, *letter.joined)]
            sent += 1
    assert read == said and sent <= 20


def test_r60_two_hundred_requests_in_a_minute_are_a_few_summaries(office: Office) -> None:
    for number in range(200):
        office.starts(VERA.__class__(3000 + number, f"Guest {number}"))
        office.writes(VERA.__class__(3000 + number, f"Guest {number}"), "human")
    summaries = alerts = 0
    while letters := office.letters(SARA):
        for letter in letters:
            office.receives(letter)
            summaries, alerts = summaries + 1, alerts + letter.count
    assert alerts == 200 and summaries <= 20
