"""Time that a test moves: whoever sleeps on it wakes in the order of the times."""

from __future__ import annotations

import asyncio
import heapq
import itertools

from tests.clock import FakeClock


class Timeline(FakeClock):
    """A clock with a `sleep` of its own."""

    def __init__(self) -> None:
        super().__init__()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = itertools.count()

    async def sleep(self, seconds: float) -> None:
        """Wake when the test has moved the time that far."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.monotonic() + seconds, next(self._count), future))
        await future

    async def pass_by(self, seconds: float) -> None:
        """Move the time, stopping at every sleeper's moment."""
        end = self.monotonic() + seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _, future = heapq.heappop(self._sleepers)
            self.forward(seconds=max(0.0, due - self.monotonic()))
            if not future.done():
                future.set_result(None)
            await settle()
        self.forward(seconds=end - self.monotonic())


async def settle(rounds: int = 20) -> None:
    """Let everything run that can run."""
    for _ in range(rounds):
        await asyncio.sleep(0)
