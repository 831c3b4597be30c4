"""What somebody did, as the edge read it, and the line of the log that it becomes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from bot.flow.content import Kind
from bot.flow.heard import Chose, Heard, Opened
from bot.services.messages import Line
from bot.services.people import Sender
from bot.services.people_scene import Scene
from bot.services.storable import storable


class Pace(Enum):
    """How fast somebody writes; measured at the edge, in memory."""

    FINE = 0
    #: Too fast, and they have not been told yet.
    FIRST_TOO_FAST = 1
    TOO_FAST = 2


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing a person did, as the edge read it."""

    sender: Sender
    #: The engine's input; None: there is nothing for a flow to answer, it is stored (and passed on to staff).
    heard: Heard | None
    kind: Kind = Kind.TEXT
    #: The text, caption, or the words of the pressed button.
    words: str = ""
    #: Telegram's id of the message; None for a press.
    telegram_id: int | None = None
    #: Telegram's id of the file that came with it.
    file_id: str | None = None
    #: Telegram's id of the message it replies to.
    reply_to: int | None = None
    #: What the buttons below that message carry, where it is the bot's.
    reply_buttons: tuple[str, ...] = ()
    #: The person changed a message they had sent before.
    edited: bool = False
    #: The words as Telegram's HTML, where anything in them is formatted.
    html: str | None = None
    #: Links on buttons that came with a forwarded message: rows of label and address.
    links: tuple[tuple[tuple[str, str], ...], ...] = ()
    #: What else there is to know of a contact, a place or a poll (see `Content.extra`).
    extra: tuple[tuple[str, object], ...] = ()
    #: Telegram's id of the album it is a part of.
    album: str | None = None
    pace: Pace = Pace.FINE


def logged(incoming: Incoming, scene: Scene) -> Line:
    """The line of the person's conversation."""
    content: dict[str, Any] = {}
    if incoming.file_id:
        content["file_id"] = storable(incoming.file_id)
    if incoming.reply_to:
        content["reply_to"] = incoming.reply_to
    if incoming.edited:
        content["edited"] = True
    if incoming.album:
        content["album"] = storable(incoming.album)
    if isinstance(incoming.heard, Chose):
        content["press"] = [storable(incoming.heard.block), storable(incoming.heard.choice)]
    if isinstance(incoming.heard, Opened):
        content["press"] = [storable(incoming.heard.block)]
    return Line(
        incoming.sender.id,
        "in",
        "user",
        str(incoming.kind),
        storable(incoming.words),
        content,
        telegram_id=incoming.telegram_id,
        request_id=scene.request_id,
    )
