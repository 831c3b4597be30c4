"""`make soak`: mixed traffic over HTTP for an hour, two calls of a hundred going wrong and the bot ending at random."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median
from time import monotonic

from sandbox import Sandbox, Settings
from sandbox.shapes import Chat
from tests import postgres
from tests.faults.crash_scene import look, open_work
from tests.faults.seeing import moment
from tests.soak import judge
from tests.soak.ears import WORD, Ears
from tests.soak.judge import Ruling
from tests.soak.town import Life, Town
from tests.soak.townsfolk import Deeds, Folk, everybody

#: Seconds between two looks of the judge, and until all that was begun has to have come to an end.
LOOK, CALM = 5.0, 120.0
#: Of the time: how much has restarts. What is left is one life, so that memory can be told to be level.
STORMY = 0.6
#: Times that everybody rests, so that the queues can run dry.
CALMS = 4


@dataclass(slots=True)
class Soak:
    """One soak, from the first greeting to the ruling."""

    town: Town
    deeds: Deeds
    seconds: float
    talkers: int
    pace: float
    #: How long the queues took to run dry, and how often the judge looked.
    calms: list[float] = field(default_factory=list)
    looks: int = 0

    async def run(self) -> Ruling:
        """Play, and count."""
        town = self.town
        await town.wakes()
        people = await town.gather(**everybody(self.talkers))
        await town.storm()
        town.open.set()
        folk = Folk(town, self.deeds, town.chance, self.pace).all(people)
        watch = asyncio.create_task(self._watch())
        await self._with(folk, watch)
        await town.sandbox.client.mend()
        await self._calm()
        watch.cancel()
        for task in (*folk, watch):
            task.cancel()
        await asyncio.gather(*folk, watch, return_exceptions=True)
        await town.ends(signal.SIGTERM)
        ruling, wrong = judge.settle(town.url, self.deeds, town.ears)
        town.wrong += map(self._with_trail, wrong)
        town.wrong += [*judge.truths(town.url, datetime.now(UTC)), *judge.level(town.lives[-1])]
        return ruling

    def _with_trail(self, sentence: str) -> str:
        """With what is there of a word that was lost."""
        found = WORD.search(sentence)
        if found is None:
            return sentence
        chats = [line for chat in self.town.sandbox.world.chats.values() for line in _around(chat, found[0])]
        rows = look(self.town.url, lambda db: judge.trail(db, found[0]))
        return "\n    ".join((sentence, *rows, *chats))

    async def _with(self, folk: list[asyncio.Task[None]], watch: asyncio.Task[None]) -> None:
        """The weather, as long as nobody of the people has an accident."""
        weather = asyncio.create_task(self._weather())
        await asyncio.wait([weather, watch, *folk], return_when=asyncio.FIRST_COMPLETED)
        for task in (*folk, watch):
            if task.done():
                task.result()
        await weather

    async def _weather(self) -> None:
        """Ends and beginnings at random, calms between them, then one long life."""
        began, calms = monotonic(), 0
        while (passed := monotonic() - began) < self.seconds:
            if passed > self.seconds * (calms + 1) / (CALMS + 1):
                calms += 1
                await self._calm()
            stormy = passed < self.seconds * STORMY
            await moment(self.town.chance.uniform(2, min(60.0, self.seconds / 15)))
            if stormy:
                await self.town.again(self.town.chance.choice((signal.SIGKILL, signal.SIGTERM)))

    async def _calm(self) -> None:
        """Everybody rests; all that was begun comes to an end."""
        town, began = self.town, monotonic()
        town.open.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(CALM):
                while town.busy or await self._left():
                    await moment(0.5)
        self.calms.append(monotonic() - began)
        if left := await self._left():
            town.wrong.append(f"in a calm of {CALM:.0f} s this did not come to an end: {left}")
        town.open.set()

    async def _left(self) -> dict[str, int]:
        """What is not done, and what the bot has not fetched yet."""
        left = await asyncio.to_thread(open_work, self.town.url)
        waiting = len(self.town.sandbox.world.updates)
        return left | ({"updates at Telegram": waiting} if waiting else {})

    async def _watch(self) -> None:
        """What always has to be true is looked at all the time."""
        while True:
            await moment(LOOK)
            self.town.measure()
            found = await asyncio.to_thread(judge.truths, self.town.url, datetime.now(UTC))
            self.looks += 1
            self.town.wrong += [sentence for sentence in found if sentence not in self.town.wrong]

    def report(self, ruling: Ruling) -> str:
        """The figures."""
        town, deeds = self.town, self.deeds
        ends = [life.ended for life in town.lives]
        last = town.lives[-1]
        first, late = (_middle(last.memory, low, low + 0.25) for low in (0.25, 0.75))
        files = [number for life in town.lives for _, number in life.files]
        return "\n".join(
            (
                f"updates {ruling.updates:,}: lines answered {ruling.answers:,}, presses {len(deeds.presses):,}, "
                f"support cases {deeds.cases:,}, pushes {deeds.pushes:,} with {ruling.deliveries:,} deliveries",
                f"calls {town.ears.calls:,}, failed {town.ears.failed:,}; kills {ends.count('SIGKILL')}, "
                f"polite ends {ends.count('SIGTERM')}",
                f"lost {ruling.lost}, doubled {ruling.doubled}, repeated {ruling.repeated}, unsure {ruling.unsure}",
                f"memory in the last life {first:.0f} MB, then {late:.0f} MB; "
                f"open files at most {max(files, default=0)}",
                f"looks of the judge {self.looks:,}; queues ran dry in {max(self.calms):.1f} s at most; "
                f"lines of log searched {town.logged:,}; waited in vain {len(deeds.in_vain)}",
                *(f"WRONG: {sentence}" for sentence in town.wrong[:40]),
            )
        )


def _around(chat: Chat, word: str) -> list[str]:
    """The messages of a chat that say this word, with the one before each, what it replies to, and two after it."""
    ids = sorted(chat.messages)
    said = [at for at, number in enumerate(ids) if word in str(chat.messages[number].content)]
    near = {number for at in said for number in (*ids[max(0, at - 1) : at + 3], chat.messages[ids[at]].reply_to)}
    shown = sorted(near & chat.messages.keys())
    return [f"chat {chat.id}: {one} {chat.messages[one].content} {chat.messages[one].reply_to}" for one in shown]


def _age(life: Life) -> float:
    return life.memory[-1][0] if life.memory else 0.0


def _middle(samples: list[tuple[float, float]], low: float, high: float) -> float:
    end = samples[-1][0] if samples else 0.0
    return median([size for age, size in samples if low * end <= age <= high * end] or [0.0])


async def soak(url: str, folder: Path, options: argparse.Namespace) -> tuple[str, bool]:
    """One soak on a new database: its figures, and whether all went well."""
    async with Sandbox(Settings(webhook_first_retry=0.2)) as sandbox:
        chance = Random(options.seed)
        town = Town(sandbox, folder, url, webhook=options.webhook, chance=chance, ears=Ears(sandbox))
        town.prepare()
        one = Soak(town, Deeds(), options.seconds, options.talkers, options.pace)
        try:
            ruling = await one.run()
        finally:
            if town.bot is not None and town.bot.returncode is None:
                town.bot.kill()
                await town.bot.wait()
        return one.report(ruling), not town.wrong


@contextmanager
def database(name: str, folder: str) -> Iterator[str]:
    """A new one."""
    if name == "sqlite":
        yield f"sqlite:///{folder}/bot.sqlite3"
        return
    server = postgres.start()
    try:
        yield server.create()
    finally:
        server.stop()


@contextmanager
def _folder(kept: Path | None) -> Iterator[str]:
    if kept is not None:
        kept.mkdir(parents=True)
        yield str(kept)
        return
    with tempfile.TemporaryDirectory(prefix="soak") as folder:
        yield folder


def main() -> int:
    """1 where something was lost, doubled, or not as it has to be."""
    given = argparse.ArgumentParser(description="Mixed traffic for a long time, in bad weather.")
    given.add_argument("--seconds", type=float, default=3600.0)
    given.add_argument("--seed", type=int, default=7)
    given.add_argument("--talkers", type=int, default=12)
    given.add_argument("--pace", type=float, default=2.0, help="mean seconds between two lines of somebody")
    given.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    given.add_argument("--webhook", action="store_true", help="instead of polling")
    given.add_argument("--keep", type=Path, help="a new folder for the database and the logs, to look into afterwards")
    options = given.parse_args()
    with _folder(options.keep) as folder, database(options.database, folder) as url:
        way = "webhook" if options.webhook else "polling"
        sys.stdout.write(f"soak: {options.database}, {way}, {options.seconds:,.0f} s, seed {options.seed}\n")
        sys.stdout.flush()
        said, well = asyncio.run(soak(url, Path(folder), options))
    sys.stdout.write(said + "\n")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
