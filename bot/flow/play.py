"""A conversation in a terminal, with nothing behind it: `frontdesk play`, and the golden conversations of the tests.

What can be typed: a text; a command (/start, /hours); [Label] presses a button; @contact +43 1 234, @location 48.2,16.4
or @photo name share something, @photo one two an album; @wait lets the time of a wait pass; @back hands the person back
from staff; @open block opens a block as a push does; @answer {"price": 3} is what another server answers, @answer alone
that it does not.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import random

from bot.flow.answer import Answer, answered
from bot.flow.content import Content, Kind, Option
from bot.flow.effects import (
    AskStaff,
    Call,
    Effect,
    Failed,
    Forget,
    Notify,
    Remember,
    Say,
    Subscribe,
    Tag,
    Typing,
    Unanswered,
    Unsubscribe,
    Untag,
    Wake,
)
from bot.flow.engine import Turn, hand_back, hear, open_block
from bot.flow.heard import Chose, Commanded, Heard, Shared, Started, Wrote
from bot.flow.markup import plain
from bot.flow.messages import FILE_KINDS
from bot.flow.person import Known, Person, Place
from bot.flow.phrases import ENGLISH, Phrases
from bot.flow.schema import Flow
from bot.flow.walk import from_value
from bot.rules import Type


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
    place: Place = field(default_factory=Place)
    tags: frozenset[str] = frozenset()
    #: Buttons seen so far, by their words; the newest one counts.
    buttons: dict[str, Option] = field(default_factory=dict)
    waits: list[Wake] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    #: How far `@wait` has moved the clock on.
    ahead: timedelta = timedelta(0)
    #: Staff were asked, and the bot is silent.
    is_off: bool = False

    def enter(self, line: str) -> list[str]:
        """What comes of one typed line, as lines to show."""
        if line == "@back":
            self.is_off = False
            return self._shown(hand_back(self.flow, self.place, self._person(), phrases=self.phrases))
        if line == "@wait":
            return self._let_time_pass()
        if line == "@answer" or line.startswith("@answer "):
            return self._answer(line.removeprefix("@answer").strip())
        if line.startswith("@open "):
            return self._open(line.removeprefix("@open ").strip())
        if self.is_off:
            return ["* passed on to staff; the bot is off until @back"]
        heard = self._heard(line)
        if not heard:
            return [f"* there is no button {line}"]
        return [shown for one in heard for shown in self._hear(one)]

    def _hear(self, heard: Heard) -> list[str]:
        if isinstance(heard, Started) and heard.parameter:
            self.known.setdefault("source", heard.parameter)
        options = {"chance": self.chance, "phrases": self.phrases}
        return self._shown(hear(self.flow, self.place, self._person(), heard, **options))  # type: ignore[arg-type]

    def _open(self, block: str) -> list[str]:
        turn = open_block(self.flow, self.place, self._person(), block, chance=self.chance, phrases=self.phrases)
        return self._shown(turn)

    def _answer(self, written: str) -> list[str]:
        """Let the server of the oldest call answer with a JSON value or a text, or fail."""
        if not self.calls:
            return ["* no other server was asked"]
        answer = Answer(True, _parsed(written)) if written else Answer(False, reason="it does not answer")
        options = {"chance": self.chance, "phrases": self.phrases, "silent": self.is_off}
        call, person = self.calls.pop(0), self._person()
        return self._shown(answered(self.flow, self.place, person, call, answer, **options))  # type: ignore[arg-type]

    def _let_time_pass(self) -> list[str]:
        """Open the block of the wait that ends first."""
        if not self.waits:
            return ["* nothing is waited for"]
        wake = min(self.waits, key=lambda one: one.at)
        self.waits.remove(wake)
        self.ahead = max(self.ahead, wake.at - self.now())
        return self._open(wake.block)

    def _person(self) -> Person:
        return Person(
            known=dict(self.known),
            now=self.now() + self.ahead,
            language=self.language,
            tagged=self.tags,
            staff_reachable=self.staff_reachable,
        )

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
        self.place = turn.place
        return [line for effect in turn.effects for line in self._carry_out(effect)]

    def _carry_out(self, effect: Effect) -> Iterator[str]:
        match effect:
            case Say(content):
                self.buttons |= {option.label: option for row in content.rows for option in row}
                yield show(content)
                return
            case Remember(name, value):
                variable = self.flow.variables.get(name)
                known = from_value(value, variable.type if variable else Type.TEXT)
                self.known |= {} if known is None else {name: known}
            case Forget(name):
                self.known.pop(name, None)
            case Tag(name):
                self.tags |= {name}
            case Untag(name):
                self.tags -= {name}
            case AskStaff():
                self.is_off = True
            case Wake():
                self.waits.append(effect)
            case Call():
                self.calls.append(effect)
        yield f"* {describe(effect)}"


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


def describe(effect: Effect) -> str:
    """An effect other than a message, in a few words."""
    match effect:
        case Remember(name, float() as value) if not isinstance(value, bool):
            return f"{name} = {value:.15g}"
        case Remember(name, value):
            return f"{name} = {value}"
        case AskStaff(text, block):
            return f"staff are asked at {block}: {text}"
        case Unanswered(text, block):
            return f"nobody can be asked at {block}: {text}"
        case Wake(at, block):
            return f"{block} will be opened at {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        case Call(method=method, url=url, body=body):
            return f"{method} {url}{'' if body is None else f' {json.dumps(body, ensure_ascii=False)}'}"
        case Failed(reason, block):
            return f"failed at {block}: {reason}"
        case Typing():
            return "typing"
        case Say(content):
            return show(content)
    return _describe_word(effect)


def _describe_word(effect: Forget | Tag | Untag | Notify | Subscribe | Unsubscribe) -> str:
    match effect:
        case Forget(name):
            return f"{name} is forgotten"
        case Tag(name):
            return f"tag {name}"
        case Untag(name):
            return f"tag {name} is taken off"
        case Notify(text):
            return f"staff are told: {text}"
        case Subscribe(topic):
            return f"subscribed to {topic}"
        case Unsubscribe(topic):
            return f"unsubscribed from {topic}"


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
    line: str | None = "/start"
    while line is not None:
        for shown in player.enter(line):
            write(shown)
        line = read()
