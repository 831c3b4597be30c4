"""The calls of flows on their way: taken from the rows, made at once, and their answers carried back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from functools import partial

from bot.background import Background
from bot.backoff import Backoff, surely
from bot.flow.answer import Answer
from bot.http_call import CONNECTIONS, Caller
from bot.limits import Sleep
from bot.services import calls, calls_answer
from bot.services.calls import Due
from bot.services.clock import Clock
from bot.services.database import Database
from bot.services.setup import Setup

#: Seconds between two looks at what is due.
LOOK = 0.5


class Calls:
    """Looks for calls that are due, for ever; begin it in the background and cancel it at the end."""

    def __init__(
        self,
        database: Database,
        caller: Caller,
        deliver: Callable[[Iterable[int]], None],
        setup: Callable[[], Setup],
        clock: Clock,
        *,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """`deliver`: there is something to send to these people."""
        self._database = database
        self._caller = caller
        self._deliver = deliver
        self._setup = setup
        self._clock = clock
        self._sleep = sleep
        self._storage = Backoff("the database")
        self._work = Background()
        self._free = asyncio.Semaphore(CONNECTIONS)

    async def run(self) -> None:
        """Make calls until cancelled; what is under way then is made again after the lease."""
        try:
            while True:
                await self.look()
                await self._sleep(LOOK)
        finally:
            await self._work.stop()

    async def look(self) -> None:
        """Begin every call that is due now."""
        now = self._clock.now()
        if not await surely(partial(self._database.read, calls.is_due, now), self._storage, self._sleep):
            return
        claim = partial(self._database.write, calls.claim, now, CONNECTIONS)
        for due in await surely(claim, self._storage, self._sleep):
            self._work.run(self._make(due), f"the call {due.id}")

    async def idle(self) -> None:
        """Wait until nothing is under way."""
        await self._work.idle()

    async def _make(self, due: Due) -> None:
        async with self._free:
            answer = await self._answer(due)
        carry = partial(
            self._database.write, calls_answer.answer, due, answer, setup=self._setup(), now=self._clock.now()
        )
        self._deliver(await surely(carry, self._storage, self._sleep))

    async def _answer(self, due: Due) -> Answer:
        if due.is_hopeless:
            return Answer(False, reason="the call was lost too often")
        return await self._caller.call(due.call, due.key)
