"""A day in fast time, as the lean Telegram has it: who writes when, who has blocked the bot, how long answers took."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import deque
from typing import Any

from benchmarks.telegram import FIRST_PERSON

#: Seconds after the day in which answers may still come.
PATIENCE = 10


class Day:
    """What comes in on a day, and how long each person waited for the answer."""

    def __init__(self, people: int, blocked: float) -> None:
        self._people, self._blocked = people, blocked
        self._dice = random.Random(8)
        #: When each person wrote what is not answered yet, in order.
        self._began: dict[int, deque[float]] = {}
        self._open = 0
        self._waits: list[float] = []
        self._count = self._most = 0
        self._empty = asyncio.Event()
        #: Seconds that a message takes.
        self.delay = 0.0

    def arrivals(self, rate: float) -> list[float]:
        """Moments within one second, as independent as people are."""
        moments, moment = [], self._dice.expovariate(rate)
        while moment < 1:
            moments.append(moment)
            moment += self._dice.expovariate(rate)
        return moments

    def comes(self) -> tuple[int, int]:
        """Somebody writes: who, and the number of what they write."""
        self._count += 1
        chat = FIRST_PERSON + self._dice.randrange(self._people)
        self._began.setdefault(chat, deque()).append(time.perf_counter())
        self._open += 1
        self._most = max(self._most, self._open)
        self._empty.clear()
        return chat, self._count

    def blocks(self, chat: int) -> bool:
        """Whether this person has blocked the bot after they wrote."""
        return chat % 1000 < self._blocked * 1000

    def answered(self, chat: int) -> None:
        """The bot has answered."""
        if waiting := self._began.get(chat):
            self._waits.append(time.perf_counter() - waiting.popleft())
            self._open -= 1
        if not self._open:
            self._empty.set()

    async def over(self) -> None:
        """Wait until everybody has an answer; whoever has blocked the bot may get none."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._empty.wait(), PATIENCE)

    def summary(self) -> dict[str, Any]:
        """How it went."""
        waits = sorted(self._waits)
        at = {name: waits[int(len(waits) * part)] for name, part in (("median", 0.5), ("p99", 0.99))}
        return {"count": self._count, "answered": len(waits), "most": self._most, **at}
