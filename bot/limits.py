"""How fast we may send: a bucket for the bot, one per chat, lanes that let answers go before support before pushes."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import IntEnum
from math import isinf

from bot.limits_window import Window
from bot.services.clock import Clock

Sleep = Callable[[float], Awaitable[object]]

#: What may go out at once after a pause: to one person, to one group.
CHAT_BURST, GROUP_BURST = 3, 5
#: A wait up to this many seconds is waited here; a longer one goes back to whoever sends, who notes when to try again.
PATIENCE = 15.0
#: So many chats told to wait within so many seconds mean the bot as a whole.
CHATS_FOR_ALL, WINDOW = 3, 10.0


class Lane(IntEnum):
    """Who goes first when not everybody can."""

    ANSWER = 0
    SUPPORT = 1
    PUSH = 2
    #: A push for which Telegram is paid: it takes these beside its limit for the bot.
    PAID = 3


@dataclass(frozen=True, slots=True)
class Rates:
    """Messages per second: over all, to one person, of pushes alone, of pushes that are paid for, to one group.

    `inf`: no limit.
    """

    bot: float = 30.0
    chat: float = 1.0
    push: float = 25.0
    paid: float = 1000.0
    #: With the burst no minute has more than the 20 that Telegram allows.
    group: float = 15 / 60


class Bucket:
    """A token bucket as one number: the time at which it will be full again."""

    __slots__ = ("_burst", "_step", "full_at")

    def __init__(self, rate: float, burst: int) -> None:
        self._step = 1 / rate
        self._burst = (burst - 1) * self._step
        self.full_at = 0.0

    def wait(self, now: float) -> float:
        """Seconds until one more may pass; 0 means now."""
        return max(0.0, self.full_at - self._burst - now)

    def take(self, now: float) -> float:
        """Take the next place in time; returns the seconds until it comes."""
        wait = self.wait(now)
        self.full_at = max(self.full_at, now) + self._step
        return wait

    def close_until(self, time: float) -> None:
        """Let nothing pass before `time`, and then one by one."""
        self.full_at = max(self.full_at, time + self._burst)


class Limiter:
    """Asked before every message. One per bot; lives in one event loop."""

    def __init__(self, clock: Clock, rates: Rates, sleep: Sleep = asyncio.sleep, remember: int = 20_000) -> None:
        """`remember`: above so many chats, those whose bucket is full again are forgotten."""
        self._clock = clock
        self._rates = rates
        self._sleep = sleep
        self._remember = remember
        self._bot_rate = rates.bot
        self._bot = Bucket(rates.bot, _share(rates.bot, 1 / 3))
        self._pushes = Bucket(rates.push, _share(rates.push, 1 / 5))
        self._window = Window(rates.push, clock, sleep)
        self._paid, self._paid_window = Bucket(rates.paid, _share(rates.paid, 1 / 5)), Window(rates.paid, clock, sleep)
        self._chats: dict[int, Bucket] = {}
        self._waiting: tuple[deque[asyncio.Future[None]], ...] = tuple(deque() for _ in Lane)
        self._pump: asyncio.Task[None] | None = None
        self._told: deque[tuple[float, int, float]] = deque()

    async def slot(self, chat_id: int, lane: Lane) -> float:
        """Wait for this message's turn. Returns 0.0: send it now; else the seconds after which to ask again."""
        now = self._clock.monotonic()
        chat = self._chat(chat_id)
        long = max(chat.wait(now), self._bot.wait(now))
        if long > PATIENCE:
            return long
        wait = chat.take(now)
        if lane is Lane.PUSH:
            wait = max(wait, self._pushes.take(now))
        elif lane is Lane.PAID:
            wait = max(wait, self._paid.take(now), self._bot.wait(now))
        if wait:
            await self._sleep(wait)
        if lane is Lane.PAID:
            await self._paid_window.enter()
            return 0.0
        await self._pass(lane)
        if lane is Lane.PUSH:
            await self._window.enter()
        return 0.0

    def answered(self, lane: Lane, began: float) -> None:
        """A message that had its turn is over, however it ended; `began`: the monotonic time at which it was sent."""
        if lane is Lane.PUSH:
            self._window.leave(began)
        elif lane is Lane.PAID:
            self._paid_window.leave(began)

    def bot_at(self, rate: float) -> None:
        """Another rate over all from now on: this worker's share."""
        if rate != self._bot_rate:
            self._bot_rate = rate
            full_at, self._bot = self._bot.full_at, Bucket(rate, _share(rate, 1 / 3))
            self._bot.full_at = full_at

    def pushes_at(self, rate: float) -> None:
        """Another rate for pushes from now on, in messages per second."""
        self._pushes = Bucket(rate, _share(rate, 1 / 5))
        self._window = Window(rate, self._clock, self._sleep)

    @property
    def remembered(self) -> int:
        """How many chats have a bucket at present."""
        return len(self._chats)

    def told_to_wait(self, chat_id: int, seconds: float) -> None:
        """Telegram answered 429: this chat waits; all wait when several chats are told so within a short time."""
        now = self._clock.monotonic()
        self._chat(chat_id).close_until(now + seconds)
        self._told.append((now, chat_id, now + seconds))
        while self._told[0][0] < now - WINDOW:
            self._told.popleft()
        if len({chat for _, chat, _ in self._told}) >= CHATS_FOR_ALL:
            self._bot.close_until(max(until for _, _, until in self._told))

    def _chat(self, chat_id: int) -> Bucket:
        bucket = self._chats.get(chat_id)
        if bucket is None:
            if len(self._chats) > self._remember:
                self._forget_full()
            person = chat_id > 0
            bucket = Bucket(self._rates.chat if person else self._rates.group, CHAT_BURST if person else GROUP_BURST)
            self._chats[chat_id] = bucket
        return bucket

    def _forget_full(self) -> None:
        now = self._clock.monotonic()
        self._chats = {chat: bucket for chat, bucket in self._chats.items() if bucket.full_at > now}

    async def _pass(self, lane: Lane) -> None:
        """Through the bot's own bucket, in the order of the lanes."""
        now = self._clock.monotonic()
        if not any(self._waiting) and not self._bot.wait(now):
            self._bot.take(now)
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[lane].append(place)
        if self._pump is None:
            self._pump = asyncio.create_task(self._let_pass(), name="limiter")
        await place

    async def _let_pass(self) -> None:
        """While somebody waits: wait for the next token, give it to the first of the first lane."""
        while any(self._waiting):
            if wait := self._bot.wait(self._clock.monotonic()):
                await self._sleep(wait)
                continue
            place = next(lane for lane in self._waiting if lane).popleft()
            if not place.done():  # whoever waited may have been cancelled
                self._bot.take(self._clock.monotonic())
                place.set_result(None)
        self._pump = None


def _share(rate: float, seconds: float) -> int:
    """What may go out at once after a pause: as many as come through in so many seconds."""
    return 1 if isinf(rate) else max(1, round(rate * seconds))
