"""A Telegram that does next to nothing, for bots that are faster than the sandbox (`python -m benchmarks.lean`).

It knows the few methods that a bot needs to echo, over raw connections, and calls a webhook: in order within a chat,
as many calls at once as the bot allows. It takes orders as `benchmarks.telegram` does, and says whether all answers
came in order.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import deque
from typing import Any
from urllib.parse import urlsplit

import orjson

from benchmarks.lean_day import Day
from benchmarks.telegram import FIRST_PERSON, PATIENCE, Telegram, answer

TOKEN = "1000:lean-lean-lean-lean-lean-lean-lean"
BLOCKED = {"error_code": 403, "description": "Forbidden: bot was blocked by the user"}
ME = {"id": 1000, "is_bot": True, "first_name": "Lean", "username": "lean_bot"}


class Lines(asyncio.Protocol):
    """One connection that carries HTTP/1.1 with lengths, in either direction."""

    def __init__(self) -> None:
        self._buffer = b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Whatever is whole is taken."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self._buffer) < end + 4 + length:
                return
            first, body = self._buffer[: self._buffer.find(b"\r\n")], self._buffer[end + 4 : end + 4 + length]
            self._buffer = self._buffer[end + 4 + length :]
            self.take(first, body)

    def take(self, first: bytes, body: bytes) -> None:
        """One message: its first line and its body."""
        raise NotImplementedError


class Door(Lines):
    """A bot's call."""

    def __init__(self, telegram: Lean) -> None:
        super().__init__()
        self._telegram = telegram

    def take(self, first: bytes, body: bytes) -> None:
        """Answer it, at once or as late as the day has it."""
        method = first.split(b" ")[1].rpartition(b"/")[2].decode()
        code, result = self._telegram.call(method, body)
        payload = orjson.dumps({"ok": code == 200, **result})
        head = b"HTTP/1.1 %d x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (code, len(payload))
        if (delay := self._telegram.delay) and method == "sendMessage":
            asyncio.get_running_loop().call_later(delay, self.transport.write, head + payload)
        else:
            self.transport.write(head + payload)


class Caller(Lines):
    """A connection to the bot's webhook: one update at a time."""

    def __init__(self, telegram: Lean) -> None:
        super().__init__()
        self._telegram = telegram
        self._chat = 0

    def post(self, chat: int, call: bytes) -> None:
        """The next update of a chat."""
        self._chat = chat
        self.transport.write(call)

    def take(self, first: bytes, body: bytes) -> None:
        """The bot has it, or has to be asked again."""
        self._telegram.posted(self, self._chat, b" 200 " in first + b" ")


class Lean:
    """All there is: a queue for each chat, and what was answered."""

    def __init__(self) -> None:
        self._updates = self._messages = 0
        self._chats: dict[int, deque[bytes]] = {}
        self._ready: deque[int] = deque()
        self._free: list[Caller] = []
        self._head = b""
        self._connections = 0
        self._answered = self._wanted = 0
        self._last: dict[int, int] = {}
        self._in_order = True
        self._done = asyncio.Event()
        self._address: tuple[str, int] | None = None
        self._day: Day | None = None

    @property
    def delay(self) -> float:
        """Seconds that a message takes at present."""
        return self._day.delay if self._day is not None else 0.0

    def call(self, method: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """What a method answers: the status, and its part of the answer."""
        if method == "sendMessage":
            return self._sent(orjson.loads(body))
        if method == "setWebhook":
            self._set(orjson.loads(body))
        return 200, {"result": ME if method == "getMe" else True}

    def _sent(self, message: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        chat, number = message["chat_id"], message["text"].rpartition(" ")[2]
        if number.isdecimal():  # whoever is new is greeted first
            self._in_order &= self._last.get(chat, -1) < int(number)
            self._last[chat] = int(number)
        self._answered += 1
        if self._answered == self._wanted:
            self._done.set()
        self._messages += 1
        if self._day is not None:
            self._day.answered(chat)
            if self._day.blocks(chat):
                return 403, BLOCKED
        chat_card = {"id": chat, "type": "private"}
        return 200, {"result": {"message_id": self._messages, "date": int(time.time()), "chat": chat_card}}

    def _set(self, webhook: dict[str, Any]) -> None:
        url = urlsplit(webhook["url"])
        self._connections = webhook.get("max_connections", 40)
        self._address = (url.hostname or "", url.port or 80)
        lines = (
            f"POST {url.path} HTTP/1.1",
            f"Host: {url.netloc}",
            f"X-Telegram-Bot-Api-Secret-Token: {webhook['secret_token']}",
            "Content-Type: application/json",
            "Content-Length: ",
        )
        self._head = "\r\n".join(lines).encode()

    async def _connect(self) -> None:
        """All connections anew at each turn, so that workers who have come meanwhile get their share."""
        loop = asyncio.get_running_loop()
        for caller in self._free:
            caller.transport.close()
        async with asyncio.timeout(PATIENCE):
            while self._address is None:
                await asyncio.sleep(0.05)
        made = [await loop.create_connection(lambda: Caller(self), *self._address) for _ in range(self._connections)]
        self._free = [caller for _, caller in made]

    async def people(self, count: int) -> dict[str, Any]:
        """Whoever writes is there."""
        return {}

    async def write(self, count: int, people: int) -> dict[str, Any]:
        """So many messages, by turns of so many people; waits for as many answers."""
        await self._connect()
        self._answered, self._wanted, self._in_order = 0, count, True
        self._last.clear()
        self._done.clear()
        for number in range(count):
            chat = FIRST_PERSON + number % people
            self._chats.setdefault(chat, deque()).append(self._update(chat, number))
        self._ready.extend(self._chats)
        start = time.perf_counter()
        self._go()
        await asyncio.wait_for(self._done.wait(), PATIENCE)
        return {"seconds": time.perf_counter() - start, "in_order": self._in_order}

    async def day(self, rates: list[float], delays: list[float], people: int, blocked: float) -> dict[str, Any]:
        """A day in fast time: one step a second, with so many updates and so long a wait for each message."""
        await self._connect()
        self._last.clear()
        self._in_order = True
        day = self._day = Day(people, blocked)
        for rate, delay in zip(rates, delays, strict=True):
            day.delay = delay
            await self._second(day, rate)
        await day.over()
        self._day = None
        return {**day.summary(), "in_order": self._in_order}

    async def _second(self, day: Day, rate: float) -> None:
        end = time.perf_counter() + 1
        for moment in day.arrivals(rate):
            await asyncio.sleep(max(0.0, end - 1 + moment - time.perf_counter()))
            chat, number = day.comes()
            waiting = self._chats.setdefault(chat, deque())
            waiting.append(self._update(chat, number))
            if len(waiting) == 1:
                self._ready.append(chat)
                self._go()
        await asyncio.sleep(max(0.0, end - time.perf_counter()))

    def _update(self, chat: int, number: int) -> bytes:
        self._updates += 1
        person = {"id": chat, "first_name": "Person"}
        message = {
            "message_id": self._updates,
            "date": int(time.time()),
            "chat": {**person, "type": "private"},
            "from": {**person, "is_bot": False},
            "text": f"message {number}",
        }
        body = orjson.dumps({"update_id": self._updates, "message": message})
        return b"%s%d\r\n\r\n%s" % (self._head, len(body), body)

    def _go(self) -> None:
        while self._ready and self._free:
            chat = self._ready.popleft()
            self._free.pop().post(chat, self._chats[chat][0])

    def posted(self, caller: Caller, chat: int, taken: bool) -> None:
        """A call has ended; the chat's next update may go."""
        self._free.append(caller)
        if taken:
            self._chats[chat].popleft()
        if self._chats[chat]:
            self._ready.append(chat)
        else:
            del self._chats[chat]
        self._go()


class LeanTelegram(Telegram):
    """The process above, from outside."""

    module = "benchmarks.lean"


async def serve() -> None:
    """Answer lines from standard input until it ends."""
    loop, lean = asyncio.get_running_loop(), Lean()
    server = await loop.create_server(lambda: Door(lean), "127.0.0.1", 0)
    answer({"url": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", "token": TOKEN})
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        order = json.loads(line)
        answer(await getattr(lean, order.pop("do"))(**order))


if __name__ == "__main__":
    asyncio.run(serve())
