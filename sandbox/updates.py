"""The queue of updates: numbered, kept until confirmed or expired, fetched by one long poll at a time."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sandbox.counters import Counter
from sandbox.errors import Refused, conflict
from sandbox.shapes import JSON

DAY = 86_400.0
LIFETIMES = {"callback_query": 150.0, "inline_query": 30.0, "chosen_inline_result": 600.0}
#: Kinds that come only when asked for by name.
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
TERMINATED = conflict("terminated by other getUpdates request; make sure that only one bot instance is running")


@dataclass(slots=True, frozen=True)
class Pending:
    """An update that waits for the bot; `expires` is in Unix seconds."""

    id: int
    chat_id: int
    expires: float
    payload: JSON


class UpdateQueue:
    """Updates in order of their ids; `sink` gets each new one while a webhook is set, `check` looks at each."""

    def __init__(self, clock: Callable[[], float], ids: Counter, check: Callable[[JSON], None] | None = None) -> None:
        self._clock = clock
        self._ids = ids
        self._check = check
        self._waiting: OrderedDict[int, Pending] = OrderedDict()
        self._poller: asyncio.Future[None] | None = None
        self.allowed: list[str] = []
        self.sink: Callable[[Pending], None] | None = None

    def __len__(self) -> int:
        self._expire()
        return len(self._waiting)

    def __iter__(self) -> Iterator[Pending]:
        return iter(self._waiting.values())

    def add(self, kind: str, content: JSON, chat_id: int) -> int | None:
        """Queue an update of `kind`; its id, or None where the bot did not ask for this kind."""
        if kind not in self.allowed if self.allowed else kind in ON_REQUEST:
            return None
        number = self._ids.next()
        expires = self._clock() + LIFETIMES.get(kind, DAY)
        payload = {"update_id": number, kind: content}
        if self._check:
            self._check(payload)
        self.put(Pending(number, chat_id, expires, payload))
        return number

    def put(self, pending: Pending) -> None:
        """Queue an update that has its number already."""
        self._waiting[pending.id] = pending
        if self.sink:
            self.sink(pending)
        elif self._poller and not self._poller.done():
            self._poller.set_result(None)

    def done(self, update_id: int) -> None:
        """The bot has this update."""
        self._waiting.pop(update_id, None)

    def clear(self) -> None:
        """Forget everything that waits."""
        self._waiting.clear()

    async def poll(self, offset: int, limit: int, timeout: float) -> list[JSON]:
        """Updates from `offset` on, at most `limit`; waits up to `timeout` seconds for the first one.

        Everything below `offset` is confirmed; a negative one keeps only the last so many.
        Raises Refused (409) when a newer poll or a webhook takes over.
        """
        self.interrupt(TERMINATED)
        self._confirm(offset)
        if timeout > 0 and not self._head(offset, 1):
            await self._wait(timeout)
        return self._head(offset, limit)

    @property
    def polled(self) -> bool:
        """Whether a long poll waits now."""
        return self._poller is not None and not self._poller.done()

    def interrupt(self, reason: Refused) -> None:
        """End the long poll that waits now, if any, with this refusal."""
        if self._poller and not self._poller.done():
            self._poller.set_exception(reason)
        self._poller = None

    async def _wait(self, timeout: float) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._poller = waiter
        try:
            await asyncio.wait_for(waiter, timeout)
        except TimeoutError:
            return
        finally:
            if self._poller is waiter:
                self._poller = None

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            while len(self._waiting) > -offset:
                self._waiting.popitem(last=False)
        while self._waiting and next(iter(self._waiting)) < offset:
            self._waiting.popitem(last=False)

    def _expire(self) -> None:
        now = self._clock()
        for number in [p.id for p in self._waiting.values() if p.expires <= now]:
            del self._waiting[number]

    def _head(self, offset: int, limit: int) -> list[JSON]:
        now = self._clock()
        batch: list[JSON] = []
        stale: list[int] = []
        for pending in self._waiting.values():
            if pending.expires <= now:
                stale.append(pending.id)
            elif pending.id >= offset:
                batch.append(pending.payload)
                if len(batch) == limit:
                    break
        for number in stale:
            del self._waiting[number]
        return batch
