"""The stage of `make crash`: some people, a bot that is started whenever it is dead, and what became of it all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import failpoints
from bot.services import engines
from models import Delivery, Export, Farewell, InboxUpdate, Message, PushRun, Wait
from sandbox import Group, Person
from tests.faults.process import BotProcess
from tests.faults.seeing import moment
from tests.ports import unused_port

#: Who writes in every round, besides Ada.
VISITORS = 4
#: Seconds that a round may take on a busy machine.
LONG = 240.0
AT_WORK = b"the bot is at work"
#: What visitors hear, and what everybody gets; screens say more.
ANSWER, PUSH = re.compile(r"\d+: m\d+"), re.compile(r"Push \d+\.")
DESK = -1_001_700_000_009

FLOW = """
start = "hello"
fallback = "echo"
reactivated = "back"
variables = { n = "number", words = "text", question = "text" }

[[keywords]]
is = ["person"]
to = "ask"

[[keywords]]
is = ["later"]
to = "later"

[[keywords]]
is = ["picture"]
to = "picture"

[blocks.hello]
say = "Hello."

[blocks.back]
say = "I am back."

[blocks.ask]
say = "What is it?"

[[blocks.ask.connections]]
input = { store = "question", type = "text" }
actions = [{ do = "service_operator" }]
to = "asked"

[blocks.asked]
say = "Somebody will answer you."

[blocks.later]
say = "Soon."
actions = [{ do = "wait", seconds = 1, to = "now" }]

[blocks.now]
say = "Now."

[blocks.picture]
say = [{ photo = "picture.png", caption = "A picture." }, { do = "typing" }, "That was it."]

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

    def add(self, other: Figures) -> None:
        """Sum them up."""
        for name in ("kills", "updates", "pushes", "lost", "doubled", "repeated", "unsure"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.missed += other.missed


@dataclass(slots=True, kw_only=True)
class Scene(BotProcess):
    """A Telegram with some people, and a bot that is started whenever it is dead."""

    webhook: bool
    visitors: list[Person] = field(default_factory=list)
    ada: Person
    sara: Person
    desk: Group
    #: The failpoints that are still to come; the first one is set in the bot that runs.
    points: list[str]
    figures: Figures = field(default_factory=Figures)
    #: Numbers that visitors have written, and pushes that Ada has sent.
    rounds: int = 0
    pushed: int = 0
    set: str = ""
    #: Where the part of the log begins that the bot of now has written.
    began: int = 0

    def prepare(self) -> None:
        """Config and flow."""
        flow = self.folder / "flow.toml"
        flow.write_text(FLOW)
        (self.folder / "picture.png").write_bytes(b"0")
        self.configure(flow, owner=self.ada.id, staff=(self.sara.id,))
        config = self.folder / "config.toml"
        written = config.read_text().replace("support = {", f"support = {{ group_id = {DESK},")
        written = written.replace("conversation = {", "conversation = { user_rate = 0,")
        if self.webhook:
            port = unused_port()
            where = f'mode = "webhook", webhook = {{ port = {port}, url = "http://127.0.0.1:{port}" }},'
            written = written.replace("telegram = {", f"telegram = {{ {where}")
        config.write_text(written)

    async def keep(self) -> None:
        """Start the bot, and again whenever it has died, with the next failpoint."""
        while True:
            self.set, log = self.points[0] if self.points else "", self.folder / "bot.log"
            self.began = log.stat().st_size if log.exists() else 0
            await self.starts(**{failpoints.VARIABLE: self.set})
            assert self.bot is not None
            code = await self.bot.wait()
            assert code in (failpoints.EXIT, -9), (code, (self.folder / "bot.log").read_text()[-4000:])
            self.figures.kills += 1
            if code == failpoints.EXIT and self.set in self.points:
                self.points.remove(self.set)

    async def at_work(self) -> None:
        """Wait until the bot that runs now says that it is."""
        log = self.folder / "bot.log"
        while AT_WORK not in log.read_bytes()[self.began :]:
            await moment(0.05)

    async def buried(self, kills: int) -> None:
        """Wait until so many deaths and this one are known, and the next bot begins."""
        while self.figures.kills == kills:
            await moment(0.02)

    async def settles(self) -> None:
        """Nothing waits any more: no update, no message, no push, no wait."""
        end = monotonic() + LONG
        while left := open_work(self.url):
            if monotonic() > end:
                raise TimeoutError(f"something has not come to an end: {left}")
            await moment(0.1)

    async def judge(self) -> Figures:
        """Count by Telegram's own log and by the ledger."""
        figures = self.figures
        said = [entry for entry in await self.sandbox.client.log(method="sendMessage") if entry["ok"]]
        heard = Counter((entry["chat_id"], entry["params"]["text"]) for entry in said)
        wanted = {(person.id, f"{n}: m{n}") for person in self.visitors for n in range(1, self.rounds + 1)}
        answers = {key: times for key, times in heard.items() if ANSWER.fullmatch(key[1])}
        pushes = {key: times for key, times in heard.items() if PUSH.fullmatch(key[1])}
        figures.updates = stored(self.url)
        figures.lost = len(wanted - answers.keys())
        figures.doubled = len(answers.keys() - wanted) + sum(times - 1 for times in pushes.values())
        figures.repeated = sum(times - 1 for times in answers.values())
        figures.unsure, arrived, figures.pushes = ledger(self.url)
        figures.lost += max(0, arrived - len(pushes)) + max(0, len(pushes) - arrived - figures.unsure)
        return figures


def look(url: str, ask: Any) -> Any:
    """Ask the database something while the bot is at work."""
    engine = engines.connect(url, read_only=url.startswith("sqlite"))
    try:
        with Session(engine) as db:
            if db.get_bind().dialect.name == "postgresql":  # all of it at one moment
                db.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            return ask(db)
    finally:
        engine.dispose()


def open_work(url: str) -> dict[str, int]:
    """How many updates, messages, runs, waits, exports and people to be forgotten have not come to an end."""
    counts = {
        "updates": select(func.count()).where(InboxUpdate.done_at.is_(None)),
        "messages": select(func.count()).where(Message.state == "waiting"),
        "runs": select(func.count()).select_from(PushRun).where(PushRun.state.not_in(("draft", "done"))),
        "waits": select(func.count()).select_from(Wait),
        "exports": select(func.count()).select_from(Export),
        "farewells": select(func.count()).select_from(Farewell),
    }
    found: dict[str, int] = look(url, lambda db: {name: db.scalar(count) or 0 for name, count in counts.items()})
    return {name: left for name, left in found.items() if left}


def stored(url: str) -> int:
    """Updates that were ever accepted and are still known."""
    return int(look(url, lambda db: db.scalar(select(func.count()).select_from(InboxUpdate))))


def ledger(url: str) -> tuple[int, int, int]:
    """(deliveries that are unsure, those that arrived, all); every person of every run stands there once."""
    states: Counter[str] = look(url, lambda db: Counter(db.scalars(select(Delivery.state))))
    audience: Iterable[int] = look(url, lambda db: db.scalars(select(PushRun.audience)).all())
    # Somebody blocks the bot for a moment (`comes_back`), and a push may be on its way then.
    assert states.keys() <= {"sent", "unsure", "skipped", "blocked"}, states
    assert states.total() == sum(audience), states
    return states["unsure"], states["sent"], states.total()
