"""What exists: every page, action, command, link and typed answer, each with the role it needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.press import Press
from bot.ui.screen import Done, Screen

if TYPE_CHECKING:
    from bot.services.conversations import Incoming

P = TypeVar("P", bound=Press)

Draw = Callable[[P, Desk], Screen]
Act = Callable[[P, Desk], Done]
Take = Callable[[P, "Incoming", Desk], Done]
Run = Callable[[str, Desk], Done]
#: From a message that replies to another one to the press that it is typed for, if any.
Means = Callable[["Incoming", Desk], Press | None]


@dataclass(frozen=True, slots=True)
class Page:
    """Reads and draws."""

    role: Role
    draw: Draw[Any]


@dataclass(frozen=True, slots=True)
class Action:
    """Changes and points to the next page."""

    role: Role
    act: Act[Any]


@dataclass(frozen=True, slots=True)
class Typed:
    """The action that takes the next message of a person whose draft expects this press."""

    role: Role
    take: Take[Any]
    #: A file that is a command in itself (`upload`) is that first, and not what this waits for.
    gives_way: bool = False


@dataclass(frozen=True, slots=True)
class Upload:
    """A kind of file that is a command in itself when it is sent to the bot: an action whose input is its text."""

    #: How the name of the file ends, small letters.
    ending: str
    role: Role
    run: Run
    #: Larger files, in bytes, are refused unread.
    limit: int


@dataclass(frozen=True, slots=True)
class Command:
    """A command with its full text form: an action whose input is typed."""

    name: str
    role: Role
    run: Run
    usage: str
    example: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link to the bot, t.me/<bot>?start=<prefix><rest>: an action whose input is the rest."""

    prefix: str
    role: Role
    run: Run


class BadArguments(Exception):
    """A command cannot read what was typed after it: the person gets the usage line and an example."""


class NotAwaited(Exception):
    """A message is none of what the draft waits for: the draft is over, and the message a part of the conversation."""


PAGES: dict[type[Press], Page] = {}
ACTIONS: dict[type[Press], Action] = {}
TYPED: dict[type[Press], Typed] = {}
COMMANDS: dict[str, Command] = {}
LINKS: dict[str, Link] = {}
UPLOADS: dict[str, Upload] = {}
REPLIES: list[Means] = []


def page(kind: type[P], *, role: Role) -> Callable[[Draw[P]], Draw[P]]:
    """Declare what a press draws. Fails at import where the press leads somewhere already or no role is named."""

    def declare(draw: Draw[P]) -> Draw[P]:
        _claim(kind, PAGES, ACTIONS)
        PAGES[kind] = Page(_declared(role), draw)
        return draw

    return declare


def action(kind: type[P], *, role: Role) -> Callable[[Act[P]], Act[P]]:
    """Declare what a press does. Fails at import where the press leads somewhere already or no role is named."""

    def declare(act: Act[P]) -> Act[P]:
        _claim(kind, PAGES, ACTIONS)
        ACTIONS[kind] = Action(_declared(role), act)
        return act

    return declare


def typed(kind: type[P], *, role: Role, gives_way: bool = False) -> Callable[[Take[P]], Take[P]]:
    """Declare who takes the next message while a draft expects this press; it may be a page's press too."""

    def declare(take: Take[P]) -> Take[P]:
        _claim(kind, TYPED)
        TYPED[kind] = Typed(_declared(role), take, gives_way)
        return take

    return declare


def command(name: str, *, role: Role, usage: str, example: str) -> Callable[[Run], Run]:
    """Declare a command, without its slash. Its description is the wording `commands.<name>`."""

    def declare(run: Run) -> Run:
        _claim(name, COMMANDS)
        COMMANDS[name] = Command(name, _declared(role), run, usage, example)
        return run

    return declare


def link(prefix: str, *, role: Role) -> Callable[[Run], Run]:
    """Declare who opens links whose parameter begins with `prefix`."""

    def declare(run: Run) -> Run:
        _claim(prefix, LINKS)
        LINKS[prefix] = Link(prefix, _declared(role), run)
        return run

    return declare


def replied(means: Means) -> Means:
    """Declare which replies are typed for something without a draft; who may is decided by what they are typed for."""
    REPLIES.append(means)
    return means


def upload(ending: str, *, role: Role, limit: int) -> Callable[[Run], Run]:
    """Declare who takes files whose names end so; from everybody else they are a part of the conversation."""

    def declare(run: Run) -> Run:
        _claim(ending, UPLOADS)
        UPLOADS[ending] = Upload(ending, _declared(role), run, limit)
        return run

    return declare


def _claim(key: Any, *tables: dict[Any, Any]) -> None:
    if any(key in table for table in tables):
        raise ValueError(f"{key!r} leads somewhere already")


def _declared(role: object) -> Role:
    if not isinstance(role, Role):
        raise TypeError(f"{role!r} is not a role; nothing is open to everyone by accident")
    return role
