"""A Telegram to measure against: the sandbox in a process of its own, told what to do in lines of JSON.

Run as `python -m benchmarks.telegram`; `Telegram` is the other end of its standard input and output.
"""

from __future__ import annotations

import asyncio
import json
import math
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from itertools import accumulate
from random import Random
from types import TracebackType
from typing import Any, Self

from benchmarks.support_scene import FIRST_STAFF, FIRST_VISITOR, Desk
from sandbox.calls import CallLog
from sandbox.groups import Groups
from sandbox.server import Sandbox
from sandbox.settings import Settings
from sandbox.shapes import Group, Person

#: Ids of the people who take part.
FIRST_PERSON = 10_000
#: Seconds after which a measurement has failed.
PATIENCE = 120
#: Seconds between an answer and the next message of whoever talks.
PAUSE = 0.02


class CountingLog(CallLog):
    """A call log that knows when the awaited number of messages was sent, and when each one was."""

    def __init__(self) -> None:
        super().__init__(time.time, size=100)
        self.sends: list[float] = []
        #: Who else wants to know of what was sent.
        self.heard: Callable[[dict[str, Any], int | None], None] | None = None
        self._wanted = 0
        self._reached = asyncio.Event()

    def add(self, method: str, params: dict[str, Any], error: str | None, message_id: int | None = None) -> Any:
        """Note one call; count it if it sends something."""
        if method.lower().startswith("send") and error is None:
            self.sends.append(time.perf_counter())
            if len(self.sends) == self._wanted:
                self._reached.set()
            if self.heard is not None:
                self.heard(params, message_id)
        return super().add(method, params, error, message_id)

    def expect(self, count: int) -> None:
        """Begin to count: `count` messages from now on."""
        self.sends.clear()
        self._wanted = count
        self._reached.clear()

    async def reached(self) -> None:
        """Wait until they are sent. Raises TimeoutError."""
        await asyncio.wait_for(self._reached.wait(), PATIENCE)


class Scene:
    """What can be asked for; each method is one line of JSON and answers with one."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._world = sandbox.world
        self._faults = sandbox.faults
        self._log = CountingLog()
        self._world.log = self._log
        self._group: Group | None = None

    def people(self, count: int, apart: int = 1) -> dict[str, Any]:
        """So many people who have started the bot; their ids lie so far apart."""
        for number in range(0, count * apart, apart):
            self._world.add_person(Person(FIRST_PERSON + number, "Person", started=True))
        return {}

    def desk(self, visitors: int, staff: int, topics: bool = False) -> dict[str, Any]:
        """So many visitors, and so many members of staff; with a staff group, whose id is returned."""
        for first, count in ((FIRST_VISITOR, visitors), (FIRST_STAFF, staff)):
            for number in range(count):
                self._world.add_person(Person(first + number, f"Person {number}", started=True))
        if not topics:
            return {}
        members = [FIRST_STAFF + number for number in range(staff)]
        self._group = Groups(self._world).add("Desk", FIRST_STAFF, members, forum=True, bot="administrator")
        return {"group": self._group.id}

    async def play(self, visitors: int, staff: int, rate: int, count: int) -> dict[str, Any]:
        """Both sides of the desk write (`benchmarks.support_scene`)."""
        desk = Desk(self._world, self._group)
        await desk.opened(visitors)
        self._log.heard = desk.sent
        return await desk.play(visitors, staff, rate, count)

    def slow(self, seconds: float) -> dict[str, Any]:
        """From now on every message takes so long."""
        self._faults.add({"method": "sendMessage", "delay": seconds})
        return {}

    async def write(self, count: int, people: int, apart: int = 1) -> dict[str, Any]:
        """So many messages at once, by turns of so many people; waits for as many answers."""
        self._log.expect(count)
        start = time.perf_counter()
        for number in range(count):
            self._world.hear(self._world.chats[FIRST_PERSON + number % people * apart], {"text": f"message {number}"})
        await self._log.reached()
        return {"seconds": time.perf_counter() - start}

    async def pace(self, count: int, people: int, rate: float, seed: int = 0) -> dict[str, Any]:
        """So many messages at so many a second, by turns of so many people; how long their answers took, in seconds.

        They come evenly, or by a seed other than 0 as people write who know nothing of each other.
        """
        began: dict[str, float] = {}
        waits: list[float] = []

        def answered(params: dict[str, Any], message_id: int | None) -> None:
            number = str(params.get("text")).rpartition(" ")[2]
            if number in began:
                waits.append(time.perf_counter() - began.pop(number))

        self._log.heard = answered
        self._log.expect(count)
        gaps = [1 / rate] * count if not seed else list(map(Random(seed).expovariate, [rate] * count))
        start = time.perf_counter()
        for number, moment in enumerate(accumulate(gaps)):
            await asyncio.sleep(max(0.0, start + moment - time.perf_counter()))
            began[str(number)] = time.perf_counter()
            self._world.hear(self._world.chats[FIRST_PERSON + number % people], {"text": f"message {number}"})
        await self._log.reached()
        self._log.heard = None
        waits.sort()
        return {"median": statistics.median(waits), "p99": waits[int(len(waits) * 0.99)]}

    async def await_sends(self, count: int) -> dict[str, Any]:
        """Wait for so many messages; how long they took, their rate, the most in any second."""
        self._log.expect(count)
        await self._log.reached()
        sends = self._log.sends[:count]
        seconds = sends[-1] - sends[0]
        return {"seconds": seconds, "rate": rate_of(sends), "most": most_in_a_second(sends)}

    async def talk(self, person: int, count: int) -> dict[str, Any]:
        """One person writes and waits for the answer, so often; the median of the waits in seconds."""
        self._world.add_person(Person(person, "Vera", started=True))
        waits: list[float] = []
        for number in range(count):
            answered = asyncio.Event()
            self._log.heard = lambda params, _, done=answered: (
                done.set() if str(params.get("text")).startswith("You wrote") else None
            )
            start = time.perf_counter()
            self._world.hear(self._world.chats[person], {"text": f"number {number} of {count}"})
            await asyncio.wait_for(answered.wait(), PATIENCE)
            waits.append(time.perf_counter() - start)
            await asyncio.sleep(PAUSE)
        self._log.heard = None
        return {"median": statistics.median(waits)}


def rate_of(sends: Sequence[float]) -> float:
    """How many of these moments, in order, fall into a second, over the whole seconds from the first of them."""
    whole = math.floor(sends[-1] - sends[0])
    return sum(moment - sends[0] < whole for moment in sends) / whole if whole else float(len(sends))


def most_in_a_second(sends: Sequence[float]) -> int:
    """The largest number of these moments, in order, within any second, wherever it begins."""
    most = first = 0
    for number, moment in enumerate(sends):
        while sends[first] <= moment - 1:
            first += 1
        most = max(most, number - first + 1)
    return most


async def serve() -> None:
    """Answer lines from standard input until it ends."""
    loop = asyncio.get_running_loop()
    async with Sandbox(Settings(log_size=100, checked=False)) as sandbox:
        scene = Scene(sandbox)
        answer({"url": sandbox.url, "token": sandbox.token})
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            order = json.loads(line)
            result = getattr(scene, order.pop("do"))(**order)
            answer(await result if asyncio.iscoroutine(result) else result)


def answer(result: dict[str, Any]) -> None:
    """One line back."""
    print(json.dumps(result), flush=True)


class Telegram:
    """The process above, from outside: `with Telegram() as telegram: telegram.ask("write", count=100, people=10)`."""

    #: What is run as this process.
    module = "benchmarks.telegram"

    def __init__(self) -> None:
        self.url = self.token = ""

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", self.module]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        start = self._answer()
        self.url, self.token = start["url"], start["token"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def tell(self, order: str, **values: float | Sequence[float]) -> None:
        """Give an order without waiting for its answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": order, **values}) + "\n")
        self._process.stdin.flush()

    def ask(self, order: str, **values: float | Sequence[float]) -> dict[str, Any]:
        """Give an order and wait for its answer."""
        self.tell(order, **values)
        return self.hear()

    def hear(self) -> dict[str, Any]:
        """The answer to an order that was told."""
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the Telegram of this benchmark has ended")
        found: dict[str, Any] = json.loads(line)
        return found


if __name__ == "__main__":
    asyncio.run(serve())
