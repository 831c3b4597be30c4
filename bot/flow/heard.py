"""What a person did: the input of the engine, in Telegram-free words."""

from __future__ import annotations

from dataclasses import dataclass

from bot.flow.content import Kind


@dataclass(frozen=True, slots=True)
class Started:
    """Pressed Start, or opened a link to the bot; `parameter` is what the link carried."""

    parameter: str = ""


@dataclass(frozen=True, slots=True)
class Wrote:
    """Wrote a text."""

    text: str


@dataclass(frozen=True, slots=True)
class Chose:
    """Pressed a button of a block's message, perhaps an old one."""

    block: str
    choice: str


@dataclass(frozen=True, slots=True)
class Opened:
    """Pressed a button of a push that leads to a block; whoever says so has made sure that there was such a button."""

    block: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Shared:
    """Shared a contact or a location, or sent a file of any kind."""

    kind: Kind
    #: What stands in a variable afterwards: a phone number, "48.2,16.4", or a file reference "photo:<file_id>".
    value: str
    caption: str = ""
    #: For a contact: it is the person's own (Telegram vouches for it).
    own: bool = False
    #: Telegram's id of the album it is a part of.
    album: str | None = None


@dataclass(frozen=True, slots=True)
class Commanded:
    """Typed a command that is not the application's own, such as /hours."""

    name: str
    arguments: str = ""


Heard = Started | Wrote | Chose | Opened | Shared | Commanded
