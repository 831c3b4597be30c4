"""The stage of the soak: a sandbox with people, a bot that comes and goes, and the weather between them."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

from sandbox import Person
from tests.faults.process import BotProcess
from tests.faults.seeing import moment
from tests.memory import own_megabytes
from tests.ports import unused_port
from tests.soak.ears import Ears

ADA, ALMA, SARA, SAM = 301, 302, 201, 202
FLOW = """
start = "hello"
fallback = "echo"
reactivated = "back"
variables = { n = "number", words = "text", question = "text" }

[[keywords]]
is = ["person"]
to = "ask"

[blocks.hello]
say = "Hello."

[blocks.back]
say = "I am back."

[blocks.ask]
say = "What is it?"

[[blocks.ask.connections]]
input = { store = "question", type = "text" }
actions = [{ do = "service_operator" }]
to = "waiting"

[blocks.waiting]
say = "Somebody will answer you."

[blocks.echo]
say = [{ do = "add", variable = "n" }, { do = "set", variable = "words" }, "{n}: {words}"]
"""
#: Of a hundred calls, how many go wrong in which way; together two. Updates come twice or in the wrong order besides.
WEATHER: tuple[tuple[float, dict[str, Any]], ...] = (
    (0.3, {"error": {"code": 429, "retry_after": 1}}),
    (0.3, {"error": {"code": 500}}),
    (0.3, {"error": {"code": 502}}),
    (0.2, {"close": "unread"}),
    (0.2, {"close": "before"}),
    (0.3, {"close": "after"}),
    (0.1, {"answer": "half"}),
    (0.1, {"answer": "garbled"}),
    (0.2, {"delay": 1.5}),
    (2.0, {"method": "{updates}", "updates": "twice"}),
    (2.0, {"method": "{updates}", "updates": "reordered"}),
)
#: Seconds that a polite end may take (P7), and a start on a busy machine.
END, START = 20.0, 60.0
AT_WORK = "the bot is at work"


@dataclass(slots=True)
class Life:
    """One process of the bot: when it began and how it ended, with its memory in MB and its open files, over time."""

    began: float
    ended: str = ""
    memory: list[tuple[float, float]] = field(default_factory=list)
    files: list[tuple[float, int]] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Town(BotProcess):
    """Everybody and everything; `wrong` is what should not have happened."""

    webhook: bool
    chance: Random
    ears: Ears
    lives: list[Life] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    #: People act while it is set.
    open: asyncio.Event = field(default_factory=asyncio.Event)
    #: Those who act at the moment; a calm begins when nobody does any more.
    busy: int = 0
    #: Whether it is being ended or begun just now.
    changing: bool = False
    logged: int = 0

    def prepare(self) -> None:
        """Config and flow."""
        flow = self.folder / "flow.toml"
        flow.write_text(FLOW)
        self.configure(flow, owner=ADA, staff=(SARA, SAM))
        config = self.folder / "config.toml"
        written = config.read_text().replace("owners = [301]", f"owners = [{ADA}, {ALMA}]")
        written = written.replace("conversation = {", "conversation = { user_rate = 0,")
        if self.webhook:
            port = unused_port()
            where = f'mode = "webhook", webhook = {{ port = {port}, url = "http://127.0.0.1:{port}" }},'
            written = written.replace("telegram = {", f"telegram = {{ {where}")
        config.write_text(written)

    async def storm(self) -> None:
        """From now on two calls of a hundred go wrong."""
        way = "webhook" if self.webhook else "getUpdates"
        for number, (percent, rule) in enumerate(WEATHER):
            if self.webhook and rule.get("updates") == "reordered":
                continue  # each call brings one update: nobody could know that an earlier one is still to come
            given = {**rule, "method": way} if "updates" in rule else rule
            seed = self.chance.randrange(2**31) + number
            await self.sandbox.client.fault(probability=percent / 100, seed=seed, **given)

    async def wakes(self) -> None:
        """The bot begins; a life of its own."""
        (self.folder / "bot.log").unlink(missing_ok=True)
        await self.starts()
        self.lives.append(Life(monotonic()))

    async def ends(self, how: signal.Signals) -> None:
        """The bot is killed, or asked to end: then it has to be gone soon, and with nothing to complain of."""
        self.changing = True
        assert self.bot is not None
        if how is signal.SIGTERM:  # before that the process is none of ours yet, and does what Python does
            await self._at_work()
        life, began = self.lives[-1], monotonic()
        if self.bot.returncode is not None:
            self.wrong.append(f"the bot ended by itself with {self.bot.returncode}")
        code = await self.dies(how)
        life.ended = how.name
        if how is signal.SIGTERM and (code != 0 or monotonic() - began > END):
            self.wrong.append(f"asked to end, it took {monotonic() - began:.1f} s and said {code}")
        self.logged += (self.folder / "bot.log").read_bytes().count(b"\n")

    async def _at_work(self) -> None:
        """Wait until it says that it is."""
        async with asyncio.timeout(START):
            while self.bot and self.bot.returncode is None and AT_WORK not in (self.folder / "bot.log").read_text():
                await moment(0.2)

    async def again(self, how: signal.Signals) -> None:
        """The bot ends, and begins anew."""
        await self.ends(how)
        await self.wakes()
        self.changing = False

    def measure(self) -> None:
        """Memory and open files of the bot now."""
        if self.changing or self.bot is None:
            return
        life, at = self.lives[-1], Path("/proc") / str(self.bot.pid)
        with suppress(OSError):  # it has just ended
            age = monotonic() - life.began
            life.memory.append((age, own_megabytes(self.bot.pid)))
            life.files.append((age, len(list((at / "fd").iterdir()))))

    async def gather(self, **names: int) -> dict[str, Person]:
        """People who press Start and are greeted, while nothing goes wrong yet."""
        people = {name: await self.sandbox.client.person(name.title(), id=number) for name, number in names.items()}
        for person in people.values():
            await person.start()
            await person.heard(1, timeout=START)
        return people
