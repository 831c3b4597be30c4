"""The wire to a browser: DevTools commands out, answers and events in, over one WebSocket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import aiohttp

#: Seconds until an unanswered command fails. Generous, as machines that test are slow and busy.
PATIENCE = 20.0


class BrowserError(Exception):
    """The browser refused a command, went away, or a wait came to nothing."""


class Wire:
    """Commands to the browser, or to one tab by its session; `listeners` hear the events of a session."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.listeners: dict[str, Callable[[str, dict[str, Any]], None]] = {}
        self._socket = socket
        self._sent = 0
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._reader = asyncio.create_task(self._read())

    async def send(self, method: str, params: dict[str, Any], session: str | None = None) -> dict[str, Any]:
        """Send one command and return its result. Raises BrowserError when the browser refuses or is gone."""
        self._sent += 1
        message = {"id": self._sent, "method": method, "params": params, **({"sessionId": session} if session else {})}
        answer = self._waiting[self._sent] = asyncio.get_running_loop().create_future()
        await self._socket.send_json(message)
        result = await asyncio.wait_for(answer, PATIENCE * 2)
        if "error" in result:
            raise BrowserError(f"{method}: {result['error']['message']}")
        return dict(result["result"])

    async def close(self) -> None:
        """Stop listening."""
        await self._socket.close()
        await self._reader

    async def _read(self) -> None:
        async for frame in self._socket:
            self._take(json.loads(frame.data))
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(BrowserError("the browser is gone"))

    def _take(self, message: dict[str, Any]) -> None:
        answer = self._waiting.pop(message.get("id", 0), None)
        if answer is not None and not answer.done():
            answer.set_result(message)
        elif listener := self.listeners.get(message.get("sessionId", "")):
            listener(message["method"], message["params"])
