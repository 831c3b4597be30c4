"""What everybody does in the soak, each at their own pace, until it is over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from random import Random
from typing import Any

import bot.admin  # noqa: F401 - declares all screens
from bot.admin.stats import ChooseDigest
from bot.admin.users_columns import ToggleColumn
from bot.admin.users_states import ListState
from bot.ui.press import parse
from bot.ui.registry import PAGES
from sandbox import Person
from tests.faults.seeing import InVain, data_of, moment, newest, says, sees
from tests.soak.town import Town

#: Seconds that people wait for each other before they begin something else. What is late is not lost.
PATIENCE = 60.0
#: What an admin looks at.
COMMANDS = (
    *("/admin", "/users", "/users n >= 3", "/users words contains m sort name", "/user 1001", "/groups", "/push"),
    *("/requests all", "/staff", "/stats", "/audit", "/settings", "/flow", "/canned", "/conversation 1002", "/mydata"),
)
#: Presses that change something, though nothing that others notice; all pages are pressed anyway.
HARMLESS = (ToggleColumn, ListState, ChooseDigest)


@dataclass(slots=True)
class Deeds:
    """What was done, as those who did it remember it."""

    #: By person: how many numbered lines they wrote.
    lines: dict[int, int] = field(default_factory=dict)
    #: Words that have to reach somebody: the person who wrote them or is written to, by word.
    words: dict[str, int] = field(default_factory=dict)
    presses: list[str] = field(default_factory=list)
    pushes: int = 0
    cases: int = 0
    in_vain: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def word(self, letter: str, person: Person) -> str:
        """A word that nobody has said before, to be found where `person` should see it."""
        word = f"{letter}{person.id}x{next(self.numbers)}"
        self.words[word] = person.id
        return word


@dataclass(slots=True)
class Folk:
    """One person's part in the town."""

    town: Town
    deeds: Deeds
    chance: Random
    #: Mean seconds between two things that somebody does.
    pace: float

    @asynccontextmanager
    async def turn(self, pause: float) -> AsyncIterator[None]:
        """Rest for about so many paces, wait while the town is calm, then do something."""
        await moment(self.pace * pause * self.chance.uniform(0.3, 1.7))
        await self.town.open.wait()
        self.town.busy += 1
        try:
            yield
        except InVain as found:
            self.deeds.in_vain.append(str(found))
        finally:
            self.town.busy -= 1

    async def press(self, person: Person, message: dict[str, Any], label: str) -> None:
        """Press a button that was seen; how it is answered is for the judge."""
        data = data_of(message, label)
        assert data is not None
        await self.press_data(person, message, data)

    async def press_data(self, person: Person, message: dict[str, Any], data: str) -> None:
        """Press whatever carries this."""
        self.deeds.presses.append(str(await person.press_only(data, message)))

    async def talks(self, person: Person) -> None:
        """Write numbered lines."""
        while True:
            async with self.turn(1):
                number = self.deeds.lines.get(person.id, 0) + 1
                await person.write(f"m{number}")
                self.deeds.lines[person.id] = number

    async def comes_and_goes(self, person: Person) -> None:
        """Block the bot, and let it write again some time later."""
        while True:
            async with self.turn(8):
                await person.block()
                await moment(self.pace * 4)
                await person.unblock()
                await person.start()

    async def asks(self, person: Person, agent: Person) -> None:
        """Ask for a person again and again; a member of staff takes it, answers, and hands back."""
        while True:
            async with self.turn(3):
                self.deeds.cases += 1
                try:
                    await self._case(person, agent)
                except InVain:
                    await self._hand_back(person, agent)
                    raise

    async def _case(self, person: Person, agent: Person) -> None:
        looks = partial(sees, patience=PATIENCE)
        await person.write("person")
        await person.write(question := self.deeds.word("q", person))
        alert = await looks(agent, says(question, button="Take"))
        await self.press(agent, alert, "Take")
        await person.write(more := self.deeds.word("q", person))
        await looks(agent, says(more))
        await agent.write(answer := self.deeds.word("r", person), reply_to=alert["id"])
        await looks(person, says(answer))
        before = await newest(person)
        alert = await looks(agent, says(question, button="Reactivate"))
        await self.press(agent, alert, "Reactivate")
        await looks(person, says("I am back.", after=before))

    async def _hand_back(self, person: Person, agent: Person) -> None:
        """Where a case was left half done its person would not hear the bot again."""
        alert = await sees(agent, says(person.card["first_name"], button="Reactivate"), 1.0)
        await self.press(agent, alert, "Reactivate")

    async def looks_around(self, person: Person) -> None:
        """Open a screen and press what is on it, a few times."""
        while True:
            async with self.turn(2):
                await person.write(self.chance.choice(COMMANDS))
                for _ in range(self.chance.randint(1, 6)):
                    await moment(self.pace * self.chance.uniform(0.1, 0.6))
                    await self._press_something(person)

    async def _press_something(self, person: Person) -> None:
        chat = await person.chat(limit=4)
        found = [(message, data) for message in chat["messages"] for data in _all_data(message) if _is_fine(data)]
        if found:
            await self.press_data(person, *self.chance.choice(found))

    async def pushes(self, person: Person) -> None:
        """Send something to everybody, again and again."""
        while True:
            async with self.turn(10):
                number = self.deeds.pushes + 1
                self.deeds.pushes = number
                await person.write(f"/push new P{number}x to everyone text Push {number}.")
                await sees(person, says("For: everyone", f"P{number}x"), PATIENCE)
                await person.write(f"/push send P{number}x")
                ready = await sees(person, says(f"P{number}x", button="Send to "), PATIENCE)
                await self.press(person, ready, "Send to ")

    def all(self, people: dict[str, Person]) -> list[asyncio.Task[None]]:
        """Everybody begins."""
        talkers = [person for name, person in people.items() if name.startswith("talker")]
        agents = {"seeker0": "sara", "seeker1": "sam", "seeker2": "sara"}
        doing = [self.talks(person) for person in talkers]
        doing += [self.asks(people[seeker], people[agent]) for seeker, agent in agents.items()]
        doing += [self.pushes(people["ada"]), self.looks_around(people["alma"]), self.comes_and_goes(people["fickle"])]
        return [asyncio.create_task(work) for work in doing]


def _all_data(message: dict[str, Any]) -> list[str]:
    return [
        str(button["callback_data"])
        for row in message.get("inline_keyboard", [])
        for button in row
        if button.get("callback_data")
    ]


def _is_fine(data: str) -> bool:
    pressed = parse(data)
    return type(pressed) in PAGES or isinstance(pressed, HARMLESS)


def everybody(talkers: int) -> dict[str, int]:
    """Names and ids of the town's people."""
    named = {f"talker{number}": 1001 + number for number in range(talkers)}
    named |= {f"seeker{number}": 2001 + number for number in range(3)}
    return named | {"fickle": 3001, "sara": 201, "sam": 202, "ada": 301, "alma": 302}
