"""How a message sent through the bot is named to it: a word that only the sandbox can read."""

from __future__ import annotations

import base64
import binascii
import re

from sandbox.shapes import Message, Room

_PLACE = re.compile(r"(-?[0-9]{1,16}):([0-9]{1,16})")


def inline_id(room: Room, message: Message) -> str:
    """The inline_message_id of a message."""
    return base64.urlsafe_b64encode(f"{room.id}:{message.id}".encode()).decode()


def place_of(word: str) -> tuple[int, int] | None:
    """(chat id, message id) behind an inline_message_id; None where it is none."""
    try:
        found = _PLACE.fullmatch(base64.urlsafe_b64decode(word.encode()).decode())
    except (binascii.Error, UnicodeError):
        return None
    return (int(found[1]), int(found[2])) if found else None
