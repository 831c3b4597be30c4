"""The kinds of things that are thrown, and what has to become of each: an outcome that has a name, and nothing else."""

from __future__ import annotations

import asyncio
import io
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import TYPE_CHECKING, Protocol

import aiohttp

from bot.flow import FlowError, hear, parse
from bot.flow.heard import Started, Wrote
from bot.flow.person import Person, Place
from bot.intake import Intake
from bot.rules import RuleError, looks_like_rule
from bot.rules import parse as parse_rule
from bot.ui.press import pack
from bot.ui.press import parse as parse_press
from bot.webhook import HEADER, PATH
from tests.clock import NOON
from tests.fuzz import made
from tests.fuzz.void import SECRET
from tests.rules.cast import FIELDS

if TYPE_CHECKING:
    from bot.app import Running

#: So many calls of the webhook are under way at once.
AT_ONCE = 20
#: What the webhook may answer: 500 is not among it.
ANSWERS = (200, 400, 403, 413)


class Wrong(Exception):
    """Something became of it that should not."""


class Kind(Protocol):
    """Throws a batch; returns how often each outcome was met. Raises `Wrong`, or whatever broke."""

    async def throw(self, chance: Random, numbers: Sequence[int]) -> Counter[str]:
        """`numbers`: of each thing one, by which it can be told from all others."""


class Rules:
    """A line is a rule, or gets a caret under a place in it."""

    async def throw(self, chance: Random, numbers: Sequence[int]) -> Counter[str]:
        return Counter(self._one(made.rule(chance)) for _ in numbers)

    def _one(self, line: str) -> str:
        looks_like_rule(line, FIELDS)
        try:
            parse_rule(line, FIELDS, groups=["VIP"])
        except RuleError as error:
            lines = line.split("\n")
            for problem in error.problems:
                if not 1 <= problem.column <= len(lines[problem.line - 1]) + 1:
                    raise Wrong(f"the caret is beside {line!r}") from error
            str(error).encode()
            return "refused"
        return "a rule"


class Flows:
    """A flow is refused with places in it, or people can begin with it."""

    async def throw(self, chance: Random, numbers: Sequence[int]) -> Counter[str]:
        return Counter(self._one(made.flow(chance)) for _ in numbers)

    def _one(self, source: str) -> str:
        try:
            flow = parse(source, folder=None)
        except FlowError as error:
            last = source.count("\n") + 1
            if not error.problems or any(not 1 <= one.line <= last or not one.message for one in error.problems):
                raise Wrong(f"a problem is beside the file: {error}\n{source}") from error
            return "refused"
        turn = hear(flow, Place(), Person({}, NOON), Started())
        hear(flow, turn.place or Place(), Person({}, NOON), Wrote("x"))
        return "a flow"


class Data:
    """The data of a button is a press that packs into the same data, or nothing."""

    async def throw(self, chance: Random, numbers: Sequence[int]) -> Counter[str]:
        return Counter(self._one(made.data(chance)) for _ in numbers)

    def _one(self, data: str) -> str:
        pressed = parse_press(data)
        if pressed is not None and pack(pressed) != data:
            raise Wrong(f"{data!r} was read as {pressed}")
        return "nothing" if pressed is None else "a press"


class Updates:
    """An update is handled; only one that Telegram never would send may be parked."""

    def __init__(self, bot: Running, intake: Intake) -> None:
        self._bot, self._intake = bot, intake
        self.whole: set[int] = set()

    async def throw(self, chance: Random, numbers: Sequence[int]) -> Counter[str]:
        batch = []
        for number in numbers:
            update, whole = made.update(chance, number)
            batch.append(update)
            if whole:
                self.whole.add(number)
        await self._intake.store(batch)
        await self._bot.turns.idle()
        await self._bot.house.outbox.idle()
        known = sum(number in self.whole for number in numbers)
        return Counter({"whole": known, "damaged": len(numbers) - known})


class Bodies:
    """The webhook answers whatever it is sent, and takes nothing from whoever does not know the secret."""

    def __init__(self, port: int, session: aiohttp.ClientSession) -> None:
        self._address = f"http://127.0.0.1:{port}{PATH}"
        self._session = session

    async def throw(self, chance: Random, numbers: Sequence[int]) -> Counter[str]:
        found: Counter[str] = Counter()
        for first in range(0, len(numbers), AT_ONCE):
            some = [(made.body(chance, number), chance.random() < 0.9) for number in numbers[first : first + AT_ONCE]]
            found.update(await asyncio.gather(*(self._one(body, knows) for body, knows in some)))
        return found

    async def _one(self, body: bytes, knows: bool) -> str:
        headers = {HEADER: SECRET if knows else "guessed"}
        async with self._session.post(self._address, data=io.BytesIO(body), headers=headers) as answer:
            if answer.status not in ANSWERS or (answer.status == 403) == knows:
                raise Wrong(f"the webhook answered {answer.status} to {body[:200]!r}")
            return str(answer.status)
