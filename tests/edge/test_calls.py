"""Calls on their way: made when they are due, carried back when they are answered, made again after a crash."""

from __future__ import annotations

from collections.abc import Iterable

import aiohttp
from sqlalchemy.orm import Session

from bot.calls import Calls
from bot.flow import parse
from bot.flow.heard import Heard, Started, Wrote
from bot.http_call import Caller
from bot.services import calls, conversations, inbox, outgoing, variables
from bot.services.conversations import Incoming, Sender
from bot.services.database import Database
from bot.services.inbox import Accepted
from bot.services.setup import Setup
from tests.clock import FakeClock

VERA = Sender(101, "Vera", language="en")
FLOW = """
start = "ask"
fallback = "ask"
[blocks.ask]
say = "Shall I look?"
[[blocks.ask.connections]]
button = "Yes"
to = "found"
[[blocks.ask.connections.actions]]
do = "http"
url = "https://api.example.com/"
else = "Nobody there."
[blocks.found]
say = "Found."
end = true
"""


async def nobody_sleeps(seconds: float) -> None:
    """Time does not pass by itself."""


def ask(db: Session, setup: Setup, clock: FakeClock) -> None:
    said: list[Heard] = [Started(), Wrote("Yes")]
    for number, heard in enumerate(said, start=1):
        inbox.accept(db, [Accepted(number, VERA.id, "{}")], clock.now())
        conversations.hear(db, Incoming(VERA, heard), update_id=number, setup=setup, now=clock.now())


async def test_a_call_that_may_not_be_made_ends_in_the_sentence_of_the_flow(
    database: Database, clock: FakeClock
) -> None:
    setup = Setup(parse(FLOW, folder=None), 1, "library_bot")
    await database.write(variables.declare, setup.flow)
    await database.write(ask, setup, clock)
    told: list[int] = []

    def deliver(people: Iterable[int]) -> None:
        told.extend(people)

    async with Caller(frozenset(), connector=aiohttp.TCPConnector()) as caller:
        work = Calls(database, caller, deliver, lambda: setup, clock, sleep=nobody_sleeps)
        await work.look()
        await work.idle()
        await work.look()
        await work.idle()
    assert told == [VERA.id]
    letters = await database.read(outgoing.take, VERA.id, now=clock.now())
    assert [letter.words for letter in letters] == ["Shall I look?", "Nobody there."]
    assert not await database.read(calls.is_due, clock.forward(days=1))


async def test_a_call_under_way_in_a_crash_is_made_again_by_the_next_process(
    database: Database, clock: FakeClock
) -> None:
    setup = Setup(parse(FLOW, folder=None), 1, "library_bot")
    await database.write(variables.declare, setup.flow)
    await database.write(ask, setup, clock)
    assert len(await database.write(calls.claim, clock.now(), 10)) == 1
    told: list[int] = []
    async with Caller(frozenset(), connector=aiohttp.TCPConnector()) as caller:
        work = Calls(database, caller, told.extend, lambda: setup, clock, sleep=nobody_sleeps)
        await work.look()
        await work.idle()
        assert told == []
        clock.forward(seconds=calls.LEASE.total_seconds())
        await work.look()
        await work.idle()
    assert told == [VERA.id]
