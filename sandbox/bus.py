"""Who watches the world: the page and the clients hear of every change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeAlias

from sandbox.shapes import JSON, Room

Listener: TypeAlias = Callable[[JSON], None]


class Bus:
    """Hands events to listeners, each of which may want one chat's only; builds an event only if somebody listens."""

    def __init__(self) -> None:
        self._listeners: list[tuple[int | None, Listener]] = []

    def listen(self, listener: Listener, chat_id: int | None = None) -> Callable[[], None]:
        """Call `listener` with each event (of this person or group); the returned function ends it."""
        pair = (chat_id, listener)
        self._listeners.append(pair)
        return lambda: self._listeners.remove(pair)

    def tell(self, chat_id: int | None, build: Callable[[], JSON]) -> None:
        """Something happened in this chat, or to everybody (None)."""
        if not self._listeners:
            return
        event = build()
        for wanted, listener in list(self._listeners):
            if wanted is None or chat_id is None or wanted == chat_id:
                listener(event)


def touch(chat: Room) -> None:
    """The chat has changed: whoever waits for that goes on."""
    chat.revision += 1
    if chat.waiters:
        waiters, chat.waiters = chat.waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)


async def changed(chat: Room, after: int, seconds: float) -> None:
    """Return as soon as the chat's revision is greater than `after`, or when the seconds are over."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while chat.revision <= after and (left := end - loop.time()) > 0:
        waiter: asyncio.Future[None] = loop.create_future()
        chat.waiters.append(waiter)
        try:
            await asyncio.wait((waiter,), timeout=left)
        finally:
            if waiter in chat.waiters:
                chat.waiters.remove(waiter)
