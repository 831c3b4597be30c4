"""What people see in their chats: the newest message with certain words, and what its buttons carry."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from sandbox import Person

#: Among so many newest messages somebody looks.
NEWEST = 60
Find = Callable[[list[dict[str, Any]]], dict[str, Any] | None]


class InVain(Exception):
    """Somebody waited for something that did not come."""


async def moment(seconds: float) -> None:
    """Let so much time pass, for what comes by itself."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asyncio.Event().wait()


async def sees(person: Person, find: Find, patience: float) -> dict[str, Any]:
    """What somebody looks for among the newest messages of their chat. Raises `InVain`."""
    try:
        chat = await person.until(lambda chat: find(chat["messages"][-NEWEST:][::-1]), timeout=patience)
    except AssertionError as problem:
        raise InVain(str(problem)) from None
    found = find(chat["messages"][-NEWEST:][::-1])
    assert found is not None
    return found


def says(*words: str, button: str = "", after: int = 0) -> Find:
    """Looks for the newest message of the bot with all of these words, and with such a button; newer than `after`."""

    def fits(message: dict[str, Any]) -> bool:
        text = str(message.get("text") or message.get("caption") or "")
        return (
            message["from"] == "bot"
            and message["id"] > after
            and all(word in text for word in words)
            and (not button or data_of(message, button) is not None)
        )

    return lambda messages: next(filter(fits, messages), None)


def data_of(message: dict[str, Any], label: str) -> str | None:
    """What the button whose label begins so carries."""
    for row in message.get("inline_keyboard", []):
        for button in row:
            if button["text"].startswith(label) and button.get("callback_data"):
                return str(button["callback_data"])
    return None


async def newest(person: Person) -> int:
    """The id of the newest message in somebody's chat; 0 where there is none."""
    messages = (await person.chat(limit=1))["messages"]
    return int(messages[-1]["id"]) if messages else 0
