"""Golden conversations over real HTTP: somebody types the lines of the file, and hears what the engine alone says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import aiohttp

from bot.flow.content import Content, Kind
from bot.flow.effects import Effect, Say
from bot.flow.markup import plain
from bot.flow.person import Known
from bot.flow.play import Player
from bot.services.phrases import phrases
from sandbox import Person
from tests.clock import FakeClock
from tests.flow.golden import NOW, Golden
from tests.story.people import Story, buttons, texts

#: A picture that Telegram would take, and the values of `random` under which a flow may go other ways.
PIXEL = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
CHANCES = (0.1, 0.5, 0.9)
PHONE = "+43 1 234"


class Silent(Player):
    """A player that also keeps what is said as it is."""

    def _told(self, effect: Effect) -> str:
        if isinstance(effect, Say):
            self.said.append(effect.content)
        return super()._told(effect)

    said: list[Content]


@dataclass
class Replay:
    """One conversation: the person on the wire, and the player that knows what they must hear."""

    story: Story
    clock: FakeClock
    person: Person
    player: Silent
    #: What was typed last.
    last: str = ""

    @classmethod
    async def of(cls, golden: Golden, story: Story, clock: FakeClock) -> Replay:
        """Somebody new with the language of the file."""
        language = golden.settings.get("language", "en")
        person = await story.sandbox.client.person("Vera", id=501, language=language, phone=PHONE)
        reachable = golden.settings.get("staff") is not False
        known: dict[str, Known] = {"first_name": "Vera", "id": 501.0}
        player = Silent(golden.flow, lambda: NOW, known, str(language), reachable, phrases=phrases(str(language)))
        return cls(story, clock, person, player)

    async def types(self, line: str) -> None:
        """One line of the file; then everything that the engine says has to arrive, and look so."""
        ways = [self._played(line, chance) for chance in CHANCES]
        await self._does(line)
        self.last = line
        heard = await self.person.heard(sum(map(size, ways[0].said)))
        found = [seen(message) for message in heard]
        self.player = next(
            (way for way in ways if [one for said in way.said for one in expected(said)] == found), ways[0]
        )
        assert [one for said in self.player.said for one in expected(said)] == found, line
        self.clock.jump(NOW + self.player.ahead)

    def _played(self, line: str, chance: float) -> Silent:
        player = replace(
            self.player, chance=lambda: chance, buttons=dict(self.player.buttons), known=dict(self.player.known)
        )
        player.said = []
        player.enter(line)
        return player

    async def _does(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        if word == "@wait":
            self.clock.jump(NOW + self._played(line, 0.5).ahead)
        elif word == "@back":
            await self.story.sara.until(lambda chat: any(self.last in text for text in texts(chat["messages"])))
            await self.story.sara.press("Reactivate bot")
        elif word == "@contact":
            await self.person.share_contact(self.story.otto if rest.startswith("other") else None)
        elif word.startswith("@"):
            await self._sends(word[1:], rest.split() or ["file"])
        elif word == "/start":
            await self.person.start(rest)
        elif line.startswith("[") and line[1:-1] not in await self._keys():
            await self.person.press(line[1:-1])
        else:
            await self.person.write(line.strip("[]"))

    async def _keys(self) -> list[str]:
        keyboard = (await self.person.chat())["keyboard"] or {"rows": []}
        return [key["text"] for row in keyboard["rows"] for key in row]

    async def _sends(self, kind: str, names: list[str]) -> None:
        form = aiohttp.FormData({"kind": kind})
        for number, name in enumerate(names, 1):
            form.add_field("file" if number == 1 else f"file{number}", PIXEL + name.encode(), filename=f"{name}.png")
        await self.story.sandbox.client.request("POST", f"/sim/people/{self.person.id}/file", data=form)


def size(content: Content) -> int:
    """How many messages Telegram makes of it."""
    items = dict(content.extra).get("items")
    return len(items) if isinstance(items, tuple) else 1


def expected(content: Content) -> list[tuple[str, str, list[str]]]:
    """Kind, words and buttons of each of its messages. A keyboard in place of the person's own is no button."""
    labels = [option.label for row in content.rows for option in row]
    shares = any(option.share for row in content.rows for option in row)
    words = plain(content.text)
    if content.kind is Kind.ALBUM:
        items: Any = dict(content.extra)["items"]
        return [(str(kind), words if at == 0 else "", []) for at, (kind, _) in enumerate(items)]
    return [(str(content.kind), words, [] if shares else labels)]


def seen(message: dict[str, Any]) -> tuple[str, str, list[str]]:
    """The same of a message that came."""
    kind = next((str(kind) for kind in Kind if kind is not Kind.TEXT and str(kind) in message), "text")
    return kind, texts([message])[0], buttons(message)
