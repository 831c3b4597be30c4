"""What turns write goes out without being looked up: in order, by whoever wrote it, and never twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import flow
from bot.flow.content import Content
from bot.flow.heard import Wrote
from bot.services import conversations, inbox, outgoing
from bot.services.conversations import Incoming, Said
from bot.services.database import Database
from bot.services.inbox import Accepted
from bot.services.outgoing import Letter
from bot.services.people import Sender
from bot.services.setup import LEASES
from models import Message
from tests.edge.desk import VERA, Desk

FLOW = """
start = "a"
fallback = "a"
[variables]
words = { type = "text" }
[blocks.a]
say = ["You wrote: {words|nothing}", "And?"]
[[blocks.a.connections]]
input = { store = "words", type = "text" }
to = "a"
"""
LEASE = 90.0
TOO_MANY = (429, "Too Many Requests: retry after 3", {"retry_after": 3})


class Slow(Database):
    """A database that counts how often the log was read for what waits for somebody, and begins some things late."""

    looked = 0
    #: What may not begin before its event is set.
    late: Mapping[Callable[..., Any], asyncio.Event] = MappingProxyType({})

    async def read(self, service: Callable[..., Any], *args: Any, **values: Any) -> Any:
        self.looked += service is outgoing.take
        await self._moment(service)
        return await super().read(service, *args, **values)

    async def write_soon(self, service: Callable[..., Any], *args: Any, **values: Any) -> Any:
        await self._moment(service)
        return await super().write_soon(service, *args, **values)

    async def _moment(self, service: Callable[..., Any]) -> None:
        if service in self.late:
            await self.late[service].wait()


class Talk(Desk):
    """Somebody who writes, and one of several workers that answers."""

    database: Slow
    updates = 0

    async def turn(self, words: str) -> tuple[int | None, tuple[Letter, ...]]:
        """Somebody writes. Returns what the outbox had at hand, and what the turn has written for it."""
        self.updates += 1
        row = Accepted(self.updates, VERA, "{}")
        at_hand = self.outbox.hold(VERA)
        await self.database.write(inbox.accept, [row], self.time.now())
        said = Said(self.updates, Incoming(Sender(VERA, "Vera"), Wrote(words), words=words), at_hand or 0)
        heard = await self.database.write(
            conversations.hear_all, [said], worker_id=None, setup=self.setup, now=self.time.now()
        )
        return at_hand, heard[self.updates].letters

    async def writes(self, words: str) -> bool:
        """The same, and the outbox gets it; whether the turn could hand it over."""
        at_hand, letters = await self.turn(words)
        if at_hand is not None:
            self.outbox.release(VERA, letters)
        if at_hand is None or not letters:
            self.outbox.hand([VERA], letters)
        return bool(letters)

    async def sends_only_what_it_wrote(self) -> None:
        """Another worker leads."""
        self.setup, self.leads = replace(self.setup, lease=LEASE), False


@pytest.fixture
async def talk(url: str, tmp_path: Path) -> AsyncIterator[Talk]:
    """One of several workers, or the only process; somebody has begun to talk with it."""
    database = Slow(url)
    talk = Talk(database, tmp_path)
    talk.setup = replace(talk.setup, flow=flow.parse(FLOW, folder=tmp_path))
    await talk.meet(VERA)
    await talk.writes("hello")
    await talk.quiet()
    talk.telegram.calls.clear()
    yield talk
    await talk.outbox.stop(patience=0)
    await database.close()


def answers(*words: str) -> list[str]:
    return [line for one in words for line in (f"You wrote: {one}", "And?")]


@pytest.mark.parametrize("lease", [0.0, LEASE])
async def test_who_writes_again_before_the_last_answer_is_noted_is_answered_without_a_look_into_the_log(
    talk: Talk, lease: float
) -> None:
    talk.setup = replace(talk.setup, lease=lease)
    talk.leads = not lease
    for words in ("1", "2", "3"):  # nothing is sent meanwhile
        assert await talk.writes(words)
    await talk.quiet()
    assert talk.said() == answers("1", "2", "3")
    assert talk.database.looked == 0
    assert set(await talk.states()) == {None, "sent"}


async def test_what_others_have_written_meanwhile_is_not_overtaken(talk: Talk) -> None:
    assert await talk.writes("1")
    await talk.database.write(outgoing.queue, VERA, Content(text="staff"), author="staff", now=talk.time.now())
    assert not await talk.writes("2")
    await talk.quiet()
    assert talk.said() == [*answers("1"), "staff", *answers("2")]


async def test_a_turn_during_a_look_into_the_log_sends_nothing_twice(talk: Talk) -> None:
    late = asyncio.Event()
    talk.database.late = {outgoing.take: late}
    talk.outbox.poke([VERA])
    await talk.time.pass_by(0)
    await talk.writes("1")
    late.set()
    await talk.quiet()
    assert talk.said() == answers("1")


async def test_a_look_into_the_log_while_a_turn_writes_sends_nothing_twice(talk: Talk) -> None:
    late = asyncio.Event()
    talk.database.late = {outgoing.note_all: late}
    await talk.writes("1")
    _, letters = await talk.turn("2")
    talk.outbox.poke([VERA])
    late.set()
    await talk.quiet()
    assert talk.said() == answers("1")
    talk.outbox.release(VERA, letters)
    await talk.quiet()
    assert talk.said() == answers("1", "2")


async def test_what_the_log_still_holds_back_is_not_overtaken(talk: Talk) -> None:
    noted, looked = asyncio.Event(), asyncio.Event()
    talk.database.late = {outgoing.note_all: noted, outgoing.held_until: looked}
    talk.telegram.will_answer("sendMessage", TOO_MANY, {"message_id": 1})
    await talk.writes("1")
    await talk.time.pass_by(0)
    talk.outbox.poke([VERA])
    noted.set()
    async with asyncio.timeout(10):
        while not talk.database.looked:
            await talk.time.pass_by(0)
    await talk.database.read(outgoing.take, VERA, now=talk.time.now())  # as long as such a look takes
    await talk.time.pass_by(0)
    await talk.writes("2")
    looked.set()
    await talk.quiet()
    await talk.wait(4)
    await talk.wait(1)
    assert talk.said() == [*answers("1")[:1], *answers("1", "2")]


async def test_behind_what_was_read_from_the_log_a_turn_hands_over(talk: Talk) -> None:
    await talk.database.write(outgoing.queue, VERA, Content(text="staff"), author="staff", now=talk.time.now())
    (letter,) = await talk.database.read(outgoing.take, VERA, now=talk.time.now())
    talk.outbox.hold(VERA)
    talk.outbox.release(VERA, [letter])
    assert await talk.writes("1")
    await talk.quiet()
    assert talk.said() == ["staff", *answers("1")]


async def test_what_comes_while_a_turn_writes_waits_for_it(talk: Talk) -> None:
    at_hand, letters = await talk.turn("1")
    await talk.database.write(outgoing.queue, VERA, Content(text="staff"), author="staff", now=talk.time.now())
    talk.outbox.poke([VERA])
    assert talk.outbox.hold(VERA) is None
    await talk.quiet()
    assert (at_hand, talk.said()) == (0, [])
    talk.outbox.release(VERA, letters)
    await talk.quiet()
    assert talk.said() == [*answers("1"), "staff"]


async def test_whoever_was_held_for_nothing_gets_what_came_meanwhile(talk: Talk) -> None:
    assert talk.outbox.hold(VERA) == 0
    await talk.queue(VERA, "from somebody else")
    assert talk.said() == []
    talk.outbox.release(VERA)
    await talk.quiet()
    assert talk.said() == ["from somebody else"]


@pytest.mark.parametrize("is_held", [False, True])
async def test_behind_an_answer_that_has_to_wait_all_is_given_back_and_goes_out_in_order(
    talk: Talk, is_held: bool
) -> None:
    talk.telegram.will_answer("sendMessage", TOO_MANY, {"message_id": 1})
    await talk.sends_only_what_it_wrote()
    assert await talk.writes("1")
    if is_held:  # the next turn writes while the answer to the first is refused
        _, letters = await talk.turn("2")
        await talk.quiet()
        talk.outbox.release(VERA, letters)
    else:
        await talk.writes("2")
    await talk.quiet()
    assert talk.said() == answers("1")[:1]
    talk.leads = True  # as another worker would
    talk.outbox.poke([VERA])
    await talk.wait(4)
    await talk.wait(1)
    assert talk.said() == [*answers("1")[:1], *answers("1", "2")]


async def test_a_turn_after_an_answer_that_has_to_wait_does_not_overtake_it(talk: Talk) -> None:
    talk.telegram.will_answer("sendMessage", TOO_MANY, {"message_id": 1})
    await talk.writes("1")
    await talk.quiet()
    assert not await talk.writes("2")
    await talk.wait(4)
    await talk.wait(1)
    assert talk.said() == [*answers("1")[:1], *answers("1", "2")]


async def test_a_worker_that_leads_no_more_leaves_the_rest_to_the_one_that_does(talk: Talk) -> None:
    _, letters = await talk.turn("1")
    await talk.database.write(outgoing.queue, VERA, Content(text="staff"), author="staff", now=talk.time.now())
    talk.outbox.poke([VERA])
    await talk.sends_only_what_it_wrote()
    talk.outbox.release(VERA, letters)
    await talk.quiet()
    assert talk.said() == answers("1")
    assert (await talk.states())[-4:] == [None, "sent", "sent", "waiting"]


@pytest.mark.parametrize("in_turn", [False, True])
async def test_who_was_asleep_sends_nothing_and_gives_it_back(talk: Talk, in_turn: bool) -> None:
    await talk.sends_only_what_it_wrote()
    _, letters = await talk.turn("1")
    if in_turn:
        talk.time.forward(seconds=LEASE / LEASES + 1)
    talk.outbox.release(VERA, letters)
    if not in_turn:
        talk.time.forward(seconds=LEASE / LEASES + 1)
    await talk.quiet()
    assert talk.said() == []
    assert len(await talk.database.read(outgoing.take, VERA, now=talk.time.now())) == 2


async def test_what_a_worker_has_not_begun_to_send_when_it_stops_is_given_back(talk: Talk) -> None:
    def leased(db: Session) -> list[bool]:
        waiting = select(Message.due_at).where(Message.state == "waiting").order_by(Message.number)
        return [due is not None for due in db.scalars(waiting)]

    await talk.sends_only_what_it_wrote()
    _, letters = await talk.turn("1")
    assert await talk.database.read(leased) == [True, True]
    talk.outbox.release(VERA, letters)
    await talk.outbox.stop(patience=0)
    assert talk.said() == answers("1")[:1]
    assert await talk.database.read(leased) == [False]


async def test_what_was_given_back_late_keeps_the_wait_that_somebody_else_was_told(talk: Talk) -> None:
    await talk.sends_only_what_it_wrote()
    _, letters = await talk.turn("1")
    later = talk.time.now()
    await talk.database.write(outgoing.give_back, [replace(letters[0], due_at=later)])
    assert await talk.database.read(outgoing.take, VERA, now=talk.time.now()) == []
