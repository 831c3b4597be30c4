"""A bot that dies again and again while people write and pushes go out, and the judge who counts what became of it all.

`make crash` dies at every failpoint on both databases, with polling and with a webhook, and then at random moments.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

from aiohttp.test_utils import unused_port
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import failpoints
from bot.services import engines
from models import Delivery, InboxUpdate, Message, PushRun
from sandbox import Person, Sandbox, Settings
from tests import postgres
from tests.faults.process import BotProcess

#: Who writes in every round, besides Ada.
VISITORS = 4
#: Seconds that a round may take on a busy machine.
LONG = 90.0
#: Seconds between two deaths at random.
LIFE = (0.6, 3.0)
#: Rounds of one scene at most: each has a block of its own to push.
ROUNDS = 400

FLOW = """
start = "hello"
fallback = "echo"
variables = { n = "number", words = "text" }

[blocks.hello]
say = "Hello."

[blocks.echo]
say = [{ do = "add", variable = "n" }, { do = "set", variable = "words" }, "{n}: {words}"]
"""


@dataclass(slots=True)
class Figures:
    """What a scene came to."""

    kills: int = 0
    updates: int = 0
    pushes: int = 0
    lost: int = 0
    doubled: int = 0
    #: Answers that came twice, which is allowed after a death between sending and marking.
    repeated: int = 0
    unsure: int = 0
    #: Failpoints at which nobody died.
    missed: list[str] = field(default_factory=list)

    def line(self) -> str:
        """The figures in one line."""
        names = ("kills", "updates", "pushes", "lost", "doubled", "repeated", "unsure")
        missed = f", not reached: {', '.join(self.missed)}" if self.missed else ""
        return ", ".join(f"{name} {getattr(self, name):,}" for name in names) + missed


@dataclass(slots=True, kw_only=True)
class Scene(BotProcess):
    """A Telegram with some people, and a bot that is started whenever it is dead."""

    webhook: bool
    visitors: list[Person] = field(default_factory=list)
    ada: Person
    #: The failpoints that are still to come; the first one is set in the bot that runs.
    points: list[str]
    figures: Figures = field(default_factory=Figures)
    rounds: int = 0
    set: str = ""

    def prepare(self) -> None:
        """Config and flow."""
        flow = self.folder / "flow.toml"
        blocks = (f'[blocks.s{number}]\nentry = true\nsay = "Push {number}."\n' for number in range(ROUNDS))
        flow.write_text(FLOW + "".join(blocks))
        self.configure(flow, owner=self.ada.id)
        if self.webhook:
            config, port = self.folder / "config.toml", unused_port()
            where = f'mode = "webhook", webhook = {{ port = {port}, url = "http://127.0.0.1:{port}" }},'
            config.write_text(config.read_text().replace("telegram = {", f"telegram = {{ {where}"))

    async def keep(self) -> None:
        """Start the bot, and again whenever it has died, with the next failpoint."""
        while True:
            self.set = self.points[0] if self.points else ""
            await self.starts(**{failpoints.VARIABLE: self.set})
            assert self.bot is not None
            code = await self.bot.wait()
            assert code in (failpoints.EXIT, -9), (code, (self.folder / "bot.log").read_text()[-4000:])
            self.figures.kills += 1
            if code == failpoints.EXIT:
                self.points.remove(self.set)

    async def round(self) -> None:
        """Everybody writes, Ada sends a push to everybody, and all of it comes to an end."""
        number = self.rounds
        self.rounds += 1
        await asyncio.gather(*(person.write(f"m{self.rounds}") for person in self.visitors))
        await self.ada.write(f"/push new P{number} to everyone start s{number}")
        await self._until("For: everyone", number)
        await self.ada.write(f"/push send P{number}")
        await self._until("Send “", number)
        await self.ada.press_only(f"Send to {VISITORS + 1} people")
        for person in self.visitors:
            answer = f"{self.rounds}: m{self.rounds}"
            await person.until(lambda chat, answer=answer: answer in texts(chat), timeout=LONG)  # type: ignore[misc]
        await self.settles()

    async def _until(self, words: str, number: int) -> None:
        def shown(chat: dict[str, Any]) -> bool:
            return bool(chat["messages"]) and all(
                part in chat["messages"][-1]["text"] for part in (words, f"P{number}")
            )

        await self.ada.until(shown, timeout=LONG)

    async def settles(self) -> None:
        """Nothing waits any more: no update, no message, no push."""
        async with asyncio.timeout(LONG):
            while open_work(self.url):
                await moment(0.2)

    async def judge(self) -> Figures:
        """Count by Telegram's own log and by the ledger."""
        figures = self.figures
        said = [entry for entry in await self.sandbox.client.log(method="sendMessage") if entry["ok"]]
        heard = Counter((entry["chat_id"], entry["params"]["text"]) for entry in said)
        wanted = {(person.id, f"{n}: m{n}") for person in self.visitors for n in range(1, self.rounds + 1)}
        answers = {key: times for key, times in heard.items() if ": m" in key[1]}
        pushes = {key: times for key, times in heard.items() if key[1].startswith("Push ")}
        figures.updates = stored(self.url)
        figures.lost = len(wanted - answers.keys())
        figures.doubled = len(answers.keys() - wanted) + sum(times - 1 for times in pushes.values())
        figures.repeated = sum(times - 1 for times in answers.values())
        figures.pushes = self.rounds * (VISITORS + 1)
        figures.unsure, arrived = ledger(self.url, self.rounds)
        figures.lost += max(0, arrived - len(pushes)) + max(0, len(pushes) - arrived - figures.unsure)
        return figures


def texts(chat: dict[str, Any]) -> list[str]:
    return [message.get("text", "") for message in chat["messages"]]


async def moment(seconds: float) -> None:
    """Let so much time pass, for what comes by itself."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asyncio.Event().wait()


def look(url: str, ask: Any) -> Any:
    """Ask the database something while the bot is at work."""
    engine = engines.connect(url, read_only=url.startswith("sqlite"))
    try:
        with Session(engine) as db:
            return ask(db)
    finally:
        engine.dispose()


def open_work(url: str) -> int:
    """Updates, messages and runs that have not come to an end."""
    counts = (
        select(func.count()).where(InboxUpdate.done_at.is_(None)),
        select(func.count()).where(Message.state == "waiting"),
        select(func.count()).select_from(PushRun).where(PushRun.state != "done"),
    )
    return int(look(url, lambda db: sum(db.scalar(count) or 0 for count in counts)))


def stored(url: str) -> int:
    """Updates that were ever accepted and are still known."""
    return int(look(url, lambda db: db.scalar(select(func.count()).select_from(InboxUpdate))))


def ledger(url: str, rounds: int) -> tuple[int, int]:
    """(deliveries that are unsure, deliveries that arrived); every person of every run stands there once."""
    states: Counter[str] = look(url, lambda db: Counter(db.scalars(select(Delivery.state))))
    assert states.keys() <= {"sent", "unsure"}, states
    assert states.total() == rounds * (VISITORS + 1), states
    return states["unsure"], states["sent"]


async def play(
    url: str, folder: Path, *, webhook: bool, points: Iterable[str] = (), kills: int = 0, seed: int = 0
) -> Figures:
    """Die at each of the failpoints, then so often at random; what it came to. The database at `url` is new."""
    async with Sandbox(Settings(log_size=10_000_000, webhook_first_retry=0.05)) as sandbox:
        ada = await sandbox.client.person("Ada", id=301, role="admin")
        scene = Scene(sandbox, folder, url, webhook=webhook, ada=ada, points=list(points))
        scene.visitors = [await sandbox.client.person(f"V{number}", id=1001 + number) for number in range(VISITORS)]
        scene.prepare()
        keeper = asyncio.create_task(scene.keep())
        try:
            await _with(keeper, _story(scene, kills, Random(seed)))
        finally:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)
            await scene.dies()
        return await scene.judge()


async def _with(keeper: asyncio.Task[None], work: Coroutine[Any, Any, None]) -> None:
    """Do it; what goes wrong with the bot meanwhile ends it."""
    task = asyncio.create_task(work)
    await asyncio.wait([task, keeper], return_when=asyncio.FIRST_COMPLETED)
    if keeper.done():
        task.cancel()
        keeper.result()
    await task


async def _story(scene: Scene, kills: int, chance: Random) -> None:
    for person in (*scene.visitors, scene.ada):
        await person.start()
        await person.heard(1, timeout=LONG)
    while scene.points:
        armed = scene.set
        await scene.round()
        if scene.points and scene.points[0] == armed:  # a whole round, and nobody came there
            scene.figures.missed.append(scene.points.pop(0))
            await scene.dies()
    await _random(scene, kills, chance)


async def _random(scene: Scene, kills: int, chance: Random) -> None:
    until = scene.figures.kills + kills

    async def killer() -> None:
        while scene.figures.kills < until:
            await moment(chance.uniform(*LIFE))
            await scene.dies()

    task = asyncio.create_task(killer())
    while not task.done() and scene.rounds < ROUNDS:
        await scene.round()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def points_of(webhook: bool) -> list[str]:
    """The edges that there are with a webhook, or with polling."""
    apart = ("poll.",) if webhook else ("webhook.",)
    return [point for point in failpoints.POINTS if not point.startswith(apart)]


def main() -> int:
    """All failpoints and so many random kills on each; 1 where something was lost or doubled."""
    given = argparse.ArgumentParser(description="Kill the bot at every edge, and judge.")
    given.add_argument("--kills", type=int, default=250, help="at random, for each of the four combinations")
    given.add_argument("--seed", type=int, default=7)
    given.add_argument("--edges", type=int, default=len(failpoints.POINTS), help="so many failpoints at most")
    options = given.parse_args()
    server = postgres.start()
    bad = False
    try:
        for name, webhook in product(("sqlite", "postgresql"), (False, True)):
            with tempfile.TemporaryDirectory(prefix="crash") as folder:
                url = server.create() if name == "postgresql" else f"sqlite:///{folder}/bot.sqlite3"
                points = points_of(webhook)[: options.edges]
                playing = play(
                    url, Path(folder), webhook=webhook, points=points, kills=options.kills, seed=options.seed
                )
                figures = asyncio.run(playing)
            way = "webhook" if webhook else "polling"
            sys.stdout.write(f"{name}, {way}: {figures.line()}\n")
            sys.stdout.flush()
            bad = bad or bool(figures.lost or figures.doubled or figures.missed)
    finally:
        server.stop()
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
