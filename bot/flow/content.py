"""One message as a value: what it says, what it shows, and what the person can do with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a message consists of; named as Telegram names its fields."""

    TEXT = "text"
    PHOTO = "photo"
    VIDEO = "video"
    ANIMATION = "animation"
    DOCUMENT = "document"
    AUDIO = "audio"
    VOICE = "voice"
    VIDEO_NOTE = "video_note"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"
    ALBUM = "album"
    POLL = "poll"
    #: Something Telegram has and we do not read further (dice, game, story …).
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Option:
    """One button under a message. Exactly one of `block`, `url`, `share` and `leaves` is set."""

    label: str
    #: Pressing it chooses this connection of this block (see `choice` in `Connection`).
    block: str | None = None
    choice: str | None = None
    #: A link that opens.
    url: str | None = None
    #: A reply-keyboard button that shares something: "contact", "location", or (for owners) "staff_group".
    share: str | None = None
    #: The run of a push under whose message it hangs, so that presses count; 0 under a preview. Without `choice` it
    #: opens `block`.
    run: int | None = None
    #: Pressing it leaves the topic of this push.
    leaves: int | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """A message that is going out. `text` is HTML in Telegram's subset, already escaped."""

    kind: Kind = Kind.TEXT
    text: str = ""
    #: "file:<path under the flow's folder>" or "id:<Telegram's file_id>"; None for text.
    media: str | None = None
    #: Rows of buttons; inline under the message unless one of them shares something, then as a keyboard.
    rows: tuple[tuple[Option, ...], ...] = ()
    #: Further fields by kind: location {latitude, longitude}, poll {question, options}, album {items},
    #: contact {phone_number, first_name, last_name}.
    extra: tuple[tuple[str, object], ...] = ()
    #: Takes away the keyboard that an earlier message may have put in place of the person's own.
    clears: bool = False
    #: Arrives without a sound; cannot be forwarded or saved; shows a preview of the first link in its text.
    silent: bool = False
    protected: bool = False
    preview: bool = False
