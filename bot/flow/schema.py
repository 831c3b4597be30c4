"""A whole conversation as one value: what the loader makes of a file, and the engine walks through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.flow.actions import Action, Http
from bot.flow.connections import Connection
from bot.flow.messages import Message
from bot.flow.problems import Problem
from bot.flow.variables import Variable
from bot.flow.wording import Text
from bot.rules import Rule


@dataclass(frozen=True, slots=True)
class Block:
    """One step of the conversation: what is said and done (in this order), then what the person can do next."""

    name: str
    steps: tuple[Message | Action, ...] = ()
    connections: tuple[Connection, ...] = ()
    #: Where to go on if there is nothing to wait for.
    to: str | None = None
    #: Buttons in a row.
    columns: int = 1
    #: May be opened from outside, by a push or by staff.
    entry: bool = False

    def messages(self) -> tuple[Message, ...]:
        """The messages among the steps."""
        return tuple(step for step in self.steps if isinstance(step, Message))

    def shares(self) -> bool:
        """Whether it has a button that shares something: then all stand in a keyboard in place of the person's own."""
        return any(button.share for connection in self.connections for button in connection.buttons)


@dataclass(frozen=True, slots=True)
class Keyword:
    """Words that lead to a block from everywhere, folded (case, blanks) as the text that they are compared with."""

    to: str
    equal: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    starts_with: tuple[str, ...] = ()
    #: Only for people of this language; None for all.
    language: str | None = None
    when: Rule | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the flow's own, such as /hours."""

    name: str
    to: str
    description: Text | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """A conversation that was loaded and checked. `blocks`, `commands` and `links` are looked up by name."""

    start: str
    fallback: str
    blocks: Mapping[str, Block]
    variables: Mapping[str, Variable] = field(default_factory=dict)
    keywords: tuple[Keyword, ...] = ()
    commands: Mapping[str, Command] = field(default_factory=dict)
    #: What a link to the bot carries (`?start=…`) and the block it opens.
    links: Mapping[str, str] = field(default_factory=dict)
    #: The calls to other servers, by their ids.
    calls: Mapping[str, Http] = field(default_factory=dict)
    #: What a choice stores and how it is said in each language, by variable.
    options: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)
    #: Some block has a keyboard in place of the person's own, to share something.
    has_keyboards: bool = False
    #: The first one is the default.
    languages: tuple[str, ...] = ("en",)
    #: None: the zone of the time that comes with each input.
    zone: ZoneInfo | None = None
    #: The block that is opened when staff hand a person back, or the sentence that is said then.
    reactivated: str | None = None
    reactivated_text: Text | None = None
    #: Asked when staff close a request that they answered; 1 to 5 are the answers. None: nobody is asked.
    rating: Text | None = None
    #: A message that a person changed afterwards is heard again; else only its first version counts.
    hears_edits: bool = False
    #: The first 16 hexadecimal digits of the SHA-256 of the file.
    version: str = ""
    #: Where media files lie; None where there are none.
    folder: Path | None = None
    #: The file, where there is one.
    path: Path | None = None
    #: Texts in all, and how many of them each language lacks.
    texts: int = 0
    missing: Mapping[str, int] = field(default_factory=dict)
    #: Texts that are written without languages, so that everybody reads the same.
    same: int = 0
    #: What the operator should know though the flow works.
    warnings: tuple[Problem, ...] = ()
