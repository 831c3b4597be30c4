"""How tests find buttons and wait for what comes, in private chats and in groups."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.shapes import JSON

if TYPE_CHECKING:
    from sandbox.client import Client

PATIENCE = 40.0
_LONGEST_WAIT = 20.0


def find_button(chat: JSON, wanted: str, message: JSON | int | None, who: str) -> tuple[int, str]:
    """(message id, data) of the newest button with this label or data; raises AssertionError where there is none."""
    number = message_id(message) if message is not None else None
    for one in reversed(chat["messages"]):
        if number is None or one["id"] == number:
            data = _button(one, wanted)
            if data is not None:
                return one["id"], data
    if number is not None:
        return number, wanted
    raise AssertionError(f"{who} sees no button {wanted!r}. {_end_of(chat)}")


async def until(
    client: Client, path: str, holds: Callable[[JSON], Any], timeout: float, who: str, **query: int
) -> JSON:
    """The chat at `path` as soon as `holds(chat)` is true of it; raises AssertionError after `timeout`."""
    end = asyncio.get_running_loop().time() + timeout
    revision = -1
    while True:
        left = max(0.0, min(end - asyncio.get_running_loop().time(), _LONGEST_WAIT))
        wait = left if revision >= 0 else 0
        chat = await client.get(path, limit=500, after_revision=max(revision, 0), wait=wait, **query)
        if holds(chat):
            return chat
        if left == 0:
            raise AssertionError(f"{who} waited {timeout} s in vain. {_end_of(chat)}")
        revision = chat["revision"]


def message_id(message: JSON | int) -> int:
    """The id of a message, or the id itself."""
    return message if isinstance(message, int) else int(message["id"])


def _button(message: JSON, wanted: str) -> str | None:
    for row in message.get("inline_keyboard", []):
        for button in row:
            data = button.get("callback_data")
            if data is not None and wanted in (button["text"], data):
                return str(data)
    return None


def present(chat: JSON, message: JSON) -> JSON:
    """The message as it is now in the chat; {} where it is gone."""
    return next((m for m in chat["messages"] if m["id"] == message["id"]), {})


def _end_of(chat: JSON) -> str:
    lines = [f"{m['from']}: {m.get('text') or m.get('caption') or '(no text)'}" for m in chat["messages"][-5:]]
    return "The chat ends with: " + " | ".join(lines) if lines else "The chat is empty."
