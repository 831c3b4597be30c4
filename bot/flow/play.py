"""A conversation in a terminal, with nothing behind it: `frontdesk play`, and the golden conversations of the tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import random

from bot.flow.answer import Answer, answered
from bot.flow.content import Content, Kind, Option
from bot.flow.effects import Effect, Say
from bot.flow.engine import Turn, hand_back, hear, open_block
from bot.flow.heard import Chose, Commanded, Heard, Shared, Started, Wrote
from bot.flow.markup import plain
from bot.flow.memory import Memory, first_due
from bot.flow.messages import FILE_KINDS
from bot.flow.notes import described
from bot.flow.person import Known, Person
from bot.flow.phrases import ENGLISH, Phrases
from bot.flow.schema import Flow

#: What can be typed besides texts.
HELP = """* a text          what the person writes; /start, /hours … are commands
* [Words]         presses the button with these words
* @contact +43 1  shares the own contact; @contact other +43 1 that of somebody else
* @location 48.2,16.4
* @photo name     sends a file; @video, @document, @voice … alike, @photo one two an album
* @wait           lets the time of the next wait pass
* @back           staff hand the person back
* @open block     opens a block, as a push does
* @answer {"price": 3}  is what another server answers; @answer alone: it does not
* Ctrl-D ends it""".splitlines()


@dataclass(slots=True)
class Player:
    """One person who talks with a flow; the effects are kept here instead of being carried out."""

    flow: Flow
    now: Callable[[], datetime]
    known: dict[str, Known] = field(default_factory=dict)
    language: str | None = None
    staff_reachable: bool = True
    chance: Callable[[], float] = random
    phrases: Phrases = ENGLISH
    memory: Memory = field(default_factory=Memory)
    #: Buttons seen so far, by their words; the newest one counts.
    buttons: dict[str, Option] = field(default_factory=dict)
    #: How far `@wait` has moved the clock on.
    ahead: timedelta = timedelta(0)

    def enter(self, line: str) -> list[str]:
        """What comes of one typed line, as lines to show."""
        if line == "@help":
            return HELP
        if line == "@back":
            self.memory = replace(self.memory, is_off=False)
            return self._shown(hand_back(self.flow, self.memory.place, self._person(), phrases=self.phrases))
        if line == "@wait":
            return self._let_time_pass()
        if line == "@answer" or line.startswith("@answer "):
            return self._answer(line.removeprefix("@answer").strip())
        if line.startswith("@open "):
            return self._open(line.removeprefix("@open ").strip())
        if self.memory.is_off:
            return ["* passed on to staff; the bot is off until @back"]
        heard = self._heard(line)
        if not heard:
            return [f"* there is no button {line}"]
        return [shown for one in heard for shown in self._hear(one)]

    def _hear(self, heard: Heard) -> list[str]:
        if isinstance(heard, Started) and heard.parameter:
            self.known.setdefault("source", heard.parameter)
        options = {"chance": self.chance, "phrases": self.phrases}
        return self._shown(hear(self.flow, self.memory.place, self._person(), heard, **options))  # type: ignore[arg-type]

    def _open(self, block: str, *, aside: bool = False) -> list[str]:
        options = {"aside": aside, "chance": self.chance, "phrases": self.phrases}
        return self._shown(open_block(self.flow, self.memory.place, self._person(), block, **options))  # type: ignore[arg-type]

    def _answer(self, written: str) -> list[str]:
        """Let the server of the oldest call answer with a JSON value or a text, or fail."""
        if not self.memory.calls:
            return ["* no other server was asked"]
        call, *left = self.memory.calls
        self.memory = replace(self.memory, calls=tuple(left))
        answer = Answer(True, _parsed(written)) if written else Answer(False, reason="it does not answer")
        options = {"chance": self.chance, "phrases": self.phrases, "silent": self.memory.is_off}
        turn = answered(self.flow, self.memory.place, self._person(), call, answer, **options)  # type: ignore[arg-type]
        return self._shown(turn)

    def _let_time_pass(self) -> list[str]:
        """Open the block of the wait that ends first."""
        if not self.memory.waits:
            return ["* nothing is waited for"]
        wake = first_due(self.memory.waits)
        self.memory = replace(self.memory, waits=tuple(one for one in self.memory.waits if one != wake))
        self.ahead = max(self.ahead, wake.at - self.now())
        return self._open(wake.block, aside=wake.keep)

    def _person(self) -> Person:
        now = self.now() + self.ahead
        person = Person(self.known, now, self.language, staff_reachable=self.staff_reachable)
        return self.memory.seen_on(person)

    def _heard(self, line: str) -> list[Heard]:
        """What the line means: several things for an album, nothing for a button that is not there."""
        word, _, rest = line.partition(" ")
        if word == "/start":
            return [Started(rest.strip())]
        if word.startswith("/") and len(word) > 1:
            return [Commanded(word[1:], rest)]
        if line.startswith("[") and line.endswith("]"):
            pressed = self._pressed(line[1:-1])
            return [pressed] if pressed else []
        if word.startswith("@") and word[1:] in set(Kind):
            return _shared(Kind(word[1:]), rest.strip())
        return [Wrote(line)]

    def _pressed(self, label: str) -> Heard | None:
        option = self.buttons.get(label)
        if option is None or option.block is None or option.choice is None:
            return None
        return Chose(option.block, option.choice)

    def _shown(self, turn: Turn) -> list[str]:
        self.memory = self.memory.after(turn)
        return [self._told(effect) for effect in turn.effects]

    def _told(self, effect: Effect) -> str:
        if not isinstance(effect, Say):
            return f"* {described(effect)}"
        self.buttons |= {option.label: option for row in effect.content.rows for option in row}
        return show(effect.content)


def _parsed(written: str) -> object:
    try:
        return json.loads(written)
    except ValueError:
        return written


def _shared(kind: Kind, rest: str) -> list[Heard]:
    if kind is Kind.CONTACT:
        return [Shared(kind, rest.removeprefix("other ").strip(), own=not rest.startswith("other "))]
    if kind in FILE_KINDS:
        files = rest.split() or ["file"]
        return [Shared(kind, f"{kind}:{file}", album=rest if len(files) > 1 else None) for file in files]
    return [Shared(kind, rest)]


def show(content: Content) -> str:
    """A message as lines: what it is, what it says, its buttons."""
    about = "" if content.kind is Kind.TEXT else f"({_about(content)}) "
    buttons = "".join(f" {_button(option)}" for row in content.rows for option in row)
    return f"< {f'{about}{plain(content.text)}'.rstrip()}{buttons}".replace("\n", "\n  ")


def _about(content: Content) -> str:
    extra = dict(content.extra)
    match content.kind:
        case Kind.LOCATION:
            return f"location {extra['latitude']}, {extra['longitude']}"
        case Kind.POLL:
            options = extra["options"]
            return f"poll {extra['question']}: {' / '.join(options) if isinstance(options, tuple) else ''}"
        case Kind.ALBUM:
            items = extra["items"]
            return f"album {', '.join(item[1] for item in items) if isinstance(items, tuple) else ''}"
    return f"{content.kind} {content.media}"


def _button(option: Option) -> str:
    aim = option.url or option.share
    return f"[{option.label}: {aim}]" if aim else f"[{option.label}]"


def play(
    flow: Flow,
    read: Callable[[], str | None],
    write: Callable[[str], None],
    now: Callable[[], datetime],
    *,
    language: str | None = None,
    phrases: Phrases = ENGLISH,
) -> None:
    """Talk with a flow until `read` gives None: it reads a line, `write` shows one, `now` is the clock (aware, UTC)."""
    player = Player(flow, now, language=language, phrases=phrases)
    write("* Write as a person would; [Words] presses a button, @help says what else there is.")
    line: str | None = "/start"
    while line is not None:
        for shown in player.enter(line):
            write(shown)
        line = read()
