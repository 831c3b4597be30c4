"""A strict limit: in no second are there more messages than the rate says, wherever that second begins."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from math import inf, isinf

from bot.services.clock import Clock

Sleep = Callable[[float], Awaitable[object]]

#: Of the shortest way there and back, what the way there of one message and the way back of another take at least.
SURE = 0.75
#: Seconds that are waited at least.
TICK = 0.001


class Window:
    """At most so many messages in every span of a second, as the server counts them.

    A bucket lets a burst pass and catches up afterwards, so it may let one second have more than its share. When a
    message reached the server nobody here knows: it was after it was begun and before its answer came. Between two
    messages lie the way back of the first and the way there of the second, which take as long as the shortest way there
    and back, or hardly less. So a message counts from when it was begun until a second after its answer, less three
    quarters of that.
    """

    def __init__(self, rate: float, clock: Clock, sleep: Sleep) -> None:
        """`rate` in messages per second; below one it is one message in a longer span; inf: no limit."""
        self._most = inf if isinf(rate) else max(1, int(rate))
        self._span = 0.0 if isinf(rate) else self._most / rate
        self._clock = clock
        self._sleep = sleep
        self._on_their_way = 0
        #: When each answered message ends to count, in order.
        self._counting: deque[float] = deque()
        self._shortest = inf
        #: Answers so far; the first ones may all have been slow.
        self._known = 0
        self._order = asyncio.Lock()
        self._answered = asyncio.Event()

    async def enter(self) -> None:
        """Wait for a place; whoever came first goes first. It is held until `leave`."""
        if isinf(self._most):
            return
        async with self._order:
            while self._on_their_way + self._still_counting() >= self._most:
                await self._wait()
            self._on_their_way += 1

    def leave(self, began: float) -> None:
        """The answer is there, or there will be none; the message was begun at this monotonic time."""
        if isinf(self._most):
            return
        now = self._clock.monotonic()
        self._shortest = min(self._shortest, now - began)
        self._known += 1
        ends = now + self._span - (self._shortest * SURE if self._known > self._most else 0.0)
        self._counting.append(max(ends, self._counting[-1]) if self._counting else ends)
        self._on_their_way = max(0, self._on_their_way - 1)  # some may have entered before the rate was changed
        self._answered.set()

    def _still_counting(self) -> int:
        now = self._clock.monotonic()
        while self._counting and self._counting[0] <= now:
            self._counting.popleft()
        return len(self._counting)

    async def _wait(self) -> None:
        """Until the next message ends to count; if all are on their way, until one is answered."""
        if self._counting:
            await self._sleep(max(self._counting[0] - self._clock.monotonic(), TICK))
            return
        self._answered.clear()
        await self._answered.wait()
