"""Delivering updates to the bot's own address: in order within a chat, in parallel between chats, again until taken."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
import orjson

from sandbox.errors import conflict
from sandbox.settings import Settings
from sandbox.shapes import JSON
from sandbox.updates import Pending, UpdateQueue

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LONGEST_PAUSE = 60.0
LONGEST_RETRY_AFTER = 3600.0


@dataclass(slots=True, frozen=True)
class Address:
    """Where the bot wants its updates."""

    url: str
    secret: str = ""
    connections: int = 40


@dataclass(slots=True)
class _Lane:
    """The updates of one chat; `failures` counts how often the first of them was refused in a row."""

    updates: deque[Pending]
    failures: int = 0
    #: One of them is on its way.
    busy: bool = False


class Webhook:
    """Posts updates while an address is set; `run_method` executes a method that the answer names."""

    def __init__(self, updates: UpdateQueue, settings: Settings, clock: Callable[[], float]) -> None:
        self._updates = updates
        self._settings = settings
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._lanes: dict[int, _Lane] = {}
        self._ready: OrderedDict[int, None] = OrderedDict()
        self._in_flight = 0
        self._error: JSON = {}
        self.address: Address | None = None
        self.run_method: Callable[[str, JSON], None] = lambda name, params: None
        self.on_change: Callable[[], None] = lambda: None
        #: What is to happen to the next update: "twice", "reordered" or "".
        self.disturbance: Callable[[], str] = lambda: ""

    def set(self, address: Address) -> str:
        """Use this address; returns Telegram's description of what happened."""
        if address == self.address:
            return "Webhook is already set"
        self._forget()
        self.address = address
        self._updates.interrupt(conflict("terminated by setWebhook request"))
        self._updates.sink = self._offer
        for pending in self._updates:
            self._offer(pending)
        self.on_change()
        return "Webhook was set"

    def remove(self) -> str:
        """Back to polling; returns Telegram's description of what happened."""
        if self.address is None:
            return "Webhook is already deleted"
        self._forget()
        self.on_change()
        return "Webhook was deleted"

    def info(self) -> JSON:
        """A WebhookInfo."""
        base: JSON = {"url": "", "has_custom_certificate": False, "pending_update_count": len(self._updates)}
        if self.address is None:
            return base
        base |= {"url": self.address.url, "max_connections": self.address.connections, "ip_address": "127.0.0.1"}
        if self._updates.allowed:
            base["allowed_updates"] = self._updates.allowed
        return base | self._error

    async def close(self) -> None:
        """Stop delivering."""
        self._forget()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session:
            await self._session.close()

    def _forget(self) -> None:
        self.address = None
        self._updates.sink = None
        self._lanes = {}
        self._ready.clear()
        self._error = {}

    def _offer(self, pending: Pending) -> None:
        lane = self._lanes.get(pending.chat_id)
        if lane is None:
            self._lanes[pending.chat_id] = _Lane(deque([pending]))
            self._wake(pending.chat_id)
        else:
            lane.updates.append(pending)

    def _wake(self, chat_id: int) -> None:
        """This chat's first update may go; starts as many deliveries as are allowed at once."""
        if (waiting := self._lanes.get(chat_id)) is not None and not waiting.busy:
            self._ready[chat_id] = None
        while self.address and self._ready and self._in_flight < self.address.connections:
            chosen, _ = self._ready.popitem(last=False)
            self._in_flight += 1
            lane = self._lanes[chosen]
            lane.busy = True
            task = asyncio.get_running_loop().create_task(self._deliver(chosen, lane, self.address))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deliver(self, chat_id: int, lane: _Lane, address: Address) -> None:
        how = self.disturbance()
        if how == "reordered":
            lane.updates.rotate(-1)
        pending = lane.updates[0]
        try:
            pause = 0.0 if pending.expires <= self._clock() else await self._post(pending, address, lane)
            if how == "twice" and not pause:
                pause = await self._post(pending, address, lane)
        finally:
            self._in_flight -= 1
            lane.busy = False
        if self._lanes.get(chat_id) is not lane:
            self._wake(-1)
        elif pause:
            asyncio.get_running_loop().call_later(pause, self._wake, chat_id)
            self._wake(-1)
        else:
            self._next(chat_id, lane)

    def _next(self, chat_id: int, lane: _Lane) -> None:
        self._updates.done(lane.updates.popleft().id)
        lane.failures = 0
        if not lane.updates:
            del self._lanes[chat_id]
        self._wake(chat_id)

    async def _post(self, pending: Pending, address: Address, lane: _Lane) -> float:
        """Post one update; 0 when it was taken, else the seconds to wait before the next try."""
        headers = {"Content-Type": "application/json"}
        if address.secret:
            headers[SECRET_HEADER] = address.secret
        timeout = aiohttp.ClientTimeout(total=self._settings.webhook_timeout)
        try:
            async with self._client().post(
                address.url, data=orjson.dumps(pending.payload), headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                body = await response.read()
        except TimeoutError:
            return self._failed(lane, "Read timeout expired")
        except aiohttp.ClientConnectorError:
            return self._failed(lane, "Connection refused")
        except aiohttp.ClientError as error:
            return self._failed(lane, f"Wrong response from the webhook: {type(error).__name__}")
        if 200 <= response.status < 300:
            self._answered(response, body)
            return 0.0
        pause = self._failed(lane, f"Wrong response from the webhook: {response.status} {response.reason}")
        asked = response.headers.get("Retry-After", "")
        return min(float(asked), LONGEST_RETRY_AFTER) if asked.isdecimal() else pause

    def _failed(self, lane: _Lane, reason: str) -> float:
        lane.failures += 1
        self._error = {"last_error_date": int(self._clock()), "last_error_message": reason}
        pause: float = self._settings.webhook_first_retry * 2 ** (lane.failures - 1)
        return min(pause, LONGEST_PAUSE)

    def _answered(self, response: aiohttp.ClientResponse, body: bytes) -> None:
        """The answer may carry a method to run; its result is never returned."""
        if response.content_type != "application/json" or not body:
            return
        try:
            params = orjson.loads(body)
        except orjson.JSONDecodeError:
            return
        if isinstance(params, dict) and isinstance(params.get("method"), str):
            self.run_method(params.pop("method"), params)

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        return self._session
