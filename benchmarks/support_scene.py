"""The desk under load, as the local Telegram sees it: who wrote when, and when it arrived on the other side."""

from __future__ import annotations

import asyncio
import re
import time
from collections import defaultdict, deque
from typing import Any

from sandbox.groups import Groups
from sandbox.shapes import Group
from sandbox.world import World

#: Ids of staff, and of the people who talk with them; person n talks with member of staff n modulo their count.
FIRST_STAFF, FIRST_VISITOR = 500, 10_000
#: Seconds before anybody answers.
READING = 1.0
_MARK = re.compile(r"#(\d+)\.")
#: Seconds in which all topics have to be there.
OPENING = 120.0


class Desk:
    """Plays both sides at a steady pace and measures each message by its mark."""

    def __init__(self, world: World, group: Group | None = None) -> None:
        """`group`: the staff group, in whose topics staff read and write instead of in their own chats."""
        self._world = world
        self._group = group
        self._groups = Groups(world)
        self._written: dict[int, float] = {}
        self._arrived: dict[int, float] = {}
        #: What each member of staff got, and when: they answer what they have had time to read. In a group it is the
        #: topic, and one list for all of them.
        self._got: defaultdict[int, deque[tuple[float, int]]] = defaultdict(deque)
        self.repeated = 0

    def sent(self, params: dict[str, Any], message_id: int | None) -> None:
        """The bot has sent something."""
        chat = int(params.get("chat_id", 0))
        found = [int(mark) for mark in _MARK.findall(str(params.get("text", "")))]
        if not found or message_id is None:
            return
        for number in found:
            self.repeated += number in self._arrived
            self._arrived.setdefault(number, time.perf_counter())
        if chat < 0:
            self._got[0].append((time.perf_counter(), int(params["message_thread_id"])))
        elif chat < FIRST_VISITOR:
            self._got[chat].append((time.perf_counter(), message_id))

    async def opened(self, count: int) -> None:
        """So many topics are there, each with its pinned card. Raises TimeoutError."""
        async with asyncio.timeout(OPENING):
            while self._group is not None and len(self._group.pinned) < count:
                await asyncio.sleep(0.1)

    async def play(self, visitors: int, staff: int, rate: int, count: int) -> dict[str, Any]:
        """`count` messages, `rate` in a second, by turns a visitor's and a reply of staff's; then wait for the last."""
        start = time.perf_counter()
        for number in range(count):
            await asyncio.sleep(max(0.0, start + number / rate - time.perf_counter()))
            self._write(number, visitors, staff)
        await self._all_there(count)
        spans = sorted(self._arrived[number] - self._written[number] for number in self._arrived)
        ninth = spans[len(spans) * 95 // 100] if spans else 0.0
        middle = spans[len(spans) // 2] if spans else 0.0
        lost = count - len(spans)
        return {"lost": lost, "repeated": self.repeated, "median": middle, "slow": ninth}

    def _write(self, number: int, visitors: int, staff: int) -> None:
        """Whoever of staff has nothing to reply to yet leaves the turn to a visitor."""
        who = FIRST_STAFF + number // 2 % staff
        self._written[number] = time.perf_counter()
        if number % 2 and (read := self._read(0 if self._group else who)) is not None:
            said = {"text": f"answer #{number}."}
            if self._group is None:
                self._world.hear(self._world.chats[who], said, read)
            else:
                self._groups.write(self._group.id, who, said, thread=read)
            return
        visitor = FIRST_VISITOR + number // 2 % visitors
        self._world.hear(self._world.chats[visitor], {"text": f"question #{number}."})

    def _read(self, who: int) -> int | None:
        """The last message that this member of staff has had for a second; None: there is none."""
        got, read = self._got[who], None
        while got and got[0][0] < time.perf_counter() - READING:
            read = got.popleft()
        if read is not None:
            got.appendleft(read)
        return read[1] if read else None

    async def _all_there(self, count: int, patience: float = 20.0) -> None:
        end = time.perf_counter() + patience
        while len(self._arrived) < count and time.perf_counter() < end:
            await asyncio.sleep(0.02)
