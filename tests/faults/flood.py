"""People who never wait for an answer, and workers that are killed, stopped and replaced: all are answered, in order.

`python -m tests.faults.flood --seconds 20 --seed 1` says what came of it; 1 where somebody was not answered, or not in
order. An answer that was in doubt may come twice.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import time
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.lean import TOKEN, Caller, Door, Lean
from benchmarks.telegram import FIRST_PERSON
from bot.services import engines
from tests import postgres
from tests.faults.seeing import moment
from tests.faults.workers import FLOW
from tests.ports import unused_port

#: Seconds after which the workers take a silent one for dead; and that a stopped one sleeps, at most.
TAKEOVER, ASLEEP = 1.0, 2.5
#: Seconds without a new answer after which nothing more will come: longer than any lease.
PATIENCE = 30.0
WORKERS = 3


class Impatient(Caller):
    """A connection to the webhook that notices when the worker behind it has gone."""

    calls = False

    def post(self, chat: int, call: bytes) -> None:
        """The next update of a chat."""
        self.calls = True
        super().post(chat, call)

    def take(self, first: bytes, body: bytes) -> None:
        """The bot has it, or has to be asked again."""
        self.calls = False
        super().take(first, body)

    def connection_lost(self, exc: Exception | None) -> None:
        """What was not answered is posted again."""
        assert isinstance(self._telegram, Crowd)
        self._telegram.lost(self, self._chat if self.calls else None)


class Crowd(Lean):
    """A Telegram full of people, who write all they have to say at once."""

    def __init__(self, people: int, lines: int) -> None:
        super().__init__()
        #: The numbers of what each person was answered to, in order, and how often.
        self.answers: defaultdict[int, Counter[int]] = defaultdict(Counter)
        self._wishes = {FIRST_PERSON + person: range(person, people * lines, people) for person in range(people)}
        self._calling: set[asyncio.Task[None]] = set()
        self._over = False
        self._called, self._news = asyncio.Event(), asyncio.Event()

    def _set(self, webhook: dict[str, Any]) -> None:
        super()._set(webhook)
        self._called.set()

    def _sent(self, message: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        number = message["text"].rpartition(" ")[2]
        if number.isdecimal():  # whoever is new is greeted first
            self.answers[message["chat_id"]][int(number)] += 1
            self._news.set()
        return super()._sent(message)

    async def begin(self) -> None:
        """Everybody writes."""
        async with asyncio.timeout(90):
            await self._called.wait()
        for chat, numbers in self._wishes.items():
            self._chats[chat] = deque(self._update(chat, number) for number in numbers)
        self._ready.extend(self._chats)
        for _ in range(self._connections):
            self._call_again()

    def lost(self, caller: Impatient, chat: int | None) -> None:
        """A connection has gone, in the middle of an update of `chat` perhaps."""
        if chat is not None:
            self._ready.append(chat)
        elif caller in self._free:
            self._free.remove(caller)
        if not self._over:
            self._call_again()

    def _call_again(self) -> None:
        self._calling.add(task := asyncio.create_task(self._connected()))
        task.add_done_callback(self._calling.discard)

    async def _connected(self) -> None:
        assert self._address is not None
        while True:
            with contextlib.suppress(OSError):
                found = await asyncio.get_running_loop().create_connection(lambda: Impatient(self), *self._address)
                self._free.append(found[1])
                self._go()
                return
            await moment(0.05)

    def done(self) -> int:
        """How much was answered so far."""
        return sum(map(len, self.answers.values()))

    async def quiet(self) -> None:
        """Wait until everybody is answered, or nothing comes any more."""
        all_of_it = sum(len(numbers) - 1 for numbers in self._wishes.values())
        with contextlib.suppress(TimeoutError):
            while self.done() < all_of_it:
                self._news.clear()
                async with asyncio.timeout(PATIENCE):
                    await self._news.wait()
        self._over = True

    def judge(self) -> list[str]:
        """What went wrong. The first line of everybody is answered with a greeting."""
        wrong = []
        for chat, numbers in self._wishes.items():
            firsts = list(self.answers[chat])
            if missing := set(numbers[1:]).difference(firsts):
                wrong.append(f"{chat} was never answered to {sorted(missing)}")
            if firsts != sorted(firsts):
                wrong.append(f"{chat} was answered in the order {firsts}")
        return wrong

    def repeated(self) -> int:
        """How many answers came twice."""
        return sum(numbers.total() for numbers in self.answers.values()) - self.done()


@dataclass(slots=True)
class Trouble:
    """Workers, and what happens to them."""

    folder: Path
    url: str
    telegram: str
    dice: Random
    happened: Counter[str] = field(default_factory=Counter)
    port: int = field(default_factory=unused_port)
    workers: list[asyncio.subprocess.Process] = field(default_factory=list)

    async def hire(self) -> asyncio.subprocess.Process:
        """One more worker begins."""
        config, flow = self.folder / "config.toml", self.folder / "flow.toml"
        flow.write_text(FLOW)
        config.write_text(
            f'[telegram]\ntoken = "{TOKEN}"\napi_url = "{self.telegram}"\nrate = 0\nchat_rate = 0\nmode = "webhook"\n'
            f'webhook = {{ port = {self.port}, url = "http://127.0.0.1:{self.port}" }}\n'
            f'[database]\nurl = "{self.url}"\ntakeover = {TAKEOVER}\n'
            f'[conversation]\nflow = "{flow}"\nuser_rate = 0\n[log]\nlevel = "warning"\n'
        )
        command = (sys.executable, "-m", "bot", "run", "--worker", "--config", str(config))
        with (self.folder / "workers.log").open("ab") as log:
            return await asyncio.create_subprocess_exec(*command, env=dict(os.environ), stdout=log, stderr=log)

    async def go_on(self, seconds: float) -> None:
        """For so long something happens to one of them again and again."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            await moment(self.dice.uniform(0.2, 1.0))
            place, what = self.dice.randrange(WORKERS), self.dice.choice(("kill", "stop", "stop", "replace"))
            self.happened[what] += 1
            if what == "stop":
                await self._sleeps(self.workers[place])
            else:
                self.workers[place].send_signal(signal.SIGKILL if what == "kill" else signal.SIGTERM)
                await self.workers[place].wait()
                self.workers[place] = await self.hire()

    async def _sleeps(self, worker: asyncio.subprocess.Process) -> None:
        worker.send_signal(signal.SIGSTOP)
        await moment(self.dice.uniform(0.1, ASLEEP))
        worker.send_signal(signal.SIGCONT)

    async def end(self) -> None:
        """Everybody goes."""
        for worker in self.workers:
            with contextlib.suppress(ProcessLookupError):
                worker.kill()
            await worker.wait()


@contextlib.asynccontextmanager
async def at_work(folder: Path, url: str, crowd: Crowd, dice: Random) -> AsyncIterator[Trouble]:
    """The workers of a crowd."""
    server = await asyncio.get_running_loop().create_server(lambda: Door(crowd), "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    trouble = Trouble(folder, url, f"http://{host}:{port}", dice)
    try:
        trouble.workers = [await trouble.hire() for _ in range(WORKERS)]
        yield trouble
    finally:
        await trouble.end()
        server.close()


async def flood(folder: Path, url: str, *, seed: int, seconds: float, people: int, lines: int) -> tuple[list[str], str]:
    """What went wrong, and a sentence about what happened."""
    crowd = Crowd(people, lines)
    async with at_work(folder, url, crowd, Random(seed)) as trouble:
        await crowd.begin()
        await trouble.go_on(seconds)
        await crowd.quiet()
        happened = ", ".join(f"{what} {count}" for what, count in sorted(trouble.happened.items()))
    answered = f"{crowd.done():,} of {people * lines:,} answered after a greeting, {crowd.repeated()} of them twice"
    return crowd.judge(), f"seed {seed}: {happened}; {answered}"


def main() -> int:
    """Flood a server of its own, and say what came of it."""
    parser = argparse.ArgumentParser(description="People who never wait, and workers that come and go.")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--lines", type=int, default=100, help="of everybody")
    chosen = vars(parser.parse_args())
    server = postgres.start(*postgres.DURABLE)
    try:
        with TemporaryDirectory() as folder:
            url = server.create()
            engines.prepare(url, threads=1).dispose()
            wrong, happened = asyncio.run(flood(Path(folder), url, **chosen))
    finally:
        server.stop()
    sys.stdout.write("\n".join([happened, *(wrong or ["all in order"]), ""]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
