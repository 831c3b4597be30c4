"""Polling: an update becomes a durable row before Telegram is told that it arrived."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, TypeGuard

import structlog
from sqlalchemy.exc import DBAPIError
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.backoff import Backoff
from bot.limits import Sleep
from bot.problem import TokenRejected
from bot.pulse import Pulse
from bot.services import inbox
from bot.services.clock import Clock
from bot.services.database import Database
from bot.telegram_http import dump
from bot.turns import Turns, Waiting
from bot.wire import Call, Wire

log = structlog.get_logger(__name__)

#: Seconds that Telegram may keep a poll open, and how much longer we wait for it.
POLL, GRACE = 25, 10
#: What we want to hear of.
ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member", "inline_query")
#: Where an update says whose it is, tried in order.
PARTS = ("message", "edited_message", "callback_query", "my_chat_member", "inline_query")


#: What to do about the two kinds of a conflict.
_WEBHOOK = "take the webhook back with: frontdesk webhook delete"
_SECOND = "another program polls with this token: stop it, or get a new token from @BotFather"


def refuse_token(error: TelegramError) -> None:
    """Raise `TokenRejected` where that is what Telegram says; PTB says the same of a method that does not exist."""
    if isinstance(error, InvalidToken):
        raise TokenRejected("Telegram rejects the token; get a new one from @BotFather and put it into the config.")


def is_update(found: object) -> TypeGuard[dict[str, Any]]:
    """Whether this is an update, with an id that a database can hold."""
    return isinstance(found, dict) and _is_id(found.get("update_id"))


def _is_id(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and abs(number) < 2**63


def lane_of(update: dict[str, Any]) -> int:
    """Whose turn an update is: the person's id, else the chat's, else 0."""
    for part in PARTS:
        if isinstance(body := update.get(part), dict):
            for holder in (body.get("from"), body.get("chat")):
                if isinstance(holder, dict) and _is_id(holder.get("id")):
                    return int(holder["id"])
    return 0


def accepted(update: dict[str, Any]) -> inbox.Accepted:
    """An update as it is stored."""
    return inbox.Accepted(int(update["update_id"]), lane_of(update), dump(update).decode())


class Intake:
    """The way in, whoever brings the updates: store, then pass on.

    An update that is certainly new has its turn at once: where transactions happen in the order in which they are asked
    for, none of its turn comes before the one that stores it, and both are one commit where that is still waiting.
    """

    def __init__(self, database: Database, turns: Turns, clock: Clock) -> None:
        self._database = database
        self._turns = turns
        self._clock = clock
        #: All updates beyond this one are new; None: the database would have to be asked.
        self._newest: int | None = None

    async def store(self, updates: Sequence[dict[str, Any]]) -> None:
        """Write the updates down in one transaction; those that wait get their turn. Returns when they are on disk.

        A turn need not wait for that: whatever it writes is not on disk before the update is. Raises DBAPIError.
        """
        in_order = sorted(updates, key=lambda update: int(update["update_id"]))
        rows = [accepted(update) for update in in_order]
        waiting = [Waiting(row.update_id, row.lane, update) for row, update in zip(rows, in_order, strict=True)]
        ids = [row.update_id for row in rows]
        if new := self._are_new(ids):
            self._begin(waiting)
        try:
            ours, on_disk = await self._database.write_ahead(inbox.accept, rows, self._clock.now())
        except DBAPIError:
            if new:
                self._newest = None
                self._turns.forget(ids)  # they find nothing to do, and will come again
            raise
        if not new:
            self._begin([one for one in waiting if one.update_id in ours])
            await self._learn()
        await on_disk

    def _are_new(self, ids: Sequence[int]) -> bool:
        if self._newest is None or ids[0] <= self._newest:
            return False
        self._newest = ids[-1]
        return True

    def _begin(self, waiting: Sequence[Waiting]) -> None:
        for one in waiting:
            self._turns.put(one)

    async def _learn(self) -> None:
        if self._database.in_order:
            newest = await self._database.read(inbox.newest)
            self._newest = max(newest, self._newest or newest)

    async def room(self) -> None:
        """Wait while more updates wait for their turn than we want to hold in memory."""
        await self._turns.room()


class Polling:
    """Asks Telegram for news, for ever."""

    def __init__(self, wire: Wire, intake: Intake, pulse: Pulse, sleep: Sleep = asyncio.sleep) -> None:
        self._wire = wire
        self._pulse = pulse
        self._intake = intake
        self._sleep = sleep
        #: No offset at first: Telegram then starts at what nobody has confirmed, also where its ids have started anew.
        self._offset: int | None = None
        self._line = Backoff("polling Telegram")
        self._storage = Backoff("storing updates")

    async def run(self) -> None:
        """Poll until cancelled. Raises `TokenRejected` when Telegram says so."""
        while True:
            await self._intake.room()
            try:
                updates = await self._poll()
            except TelegramError as error:
                refuse_token(error)
                self._pulse.conflict = _cause(error) if isinstance(error, Conflict) else None
                await self._sleep(self._line.failed(_cause(error)))
            else:
                self._line.worked()
                self._pulse.beat()
                await self._store(updates)

    async def _poll(self) -> list[dict[str, Any]]:
        parameters: dict[str, Any] = {"timeout": POLL, "allowed_updates": ALLOWED}
        if self._offset is not None:
            parameters["offset"] = self._offset
        updates: list[dict[str, Any]] = await self._wire.call(Call("getUpdates", parameters), read_timeout=POLL + GRACE)
        return updates

    async def _store(self, updates: list[dict[str, Any]]) -> None:
        """Only after this has returned, the next poll tells Telegram that these arrived."""
        while updates:
            try:
                await self._intake.store(updates)
            except DBAPIError as error:
                self._pulse.storage = str(error.orig)
                await self._sleep(self._storage.failed(str(error.orig)))
            else:
                self._storage.worked()
                self._pulse.storage = None
                self._offset = max(int(update["update_id"]) for update in updates) + 1
                return


def _cause(error: TelegramError) -> str:
    if isinstance(error, Conflict):
        return f"{error.message} ({_WEBHOOK if 'webhook' in error.message.lower() else _SECOND})"
    return error.message
