"""The one door out: every message and call to Telegram goes through here, under the limits."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from telegram.error import RetryAfter, TelegramError

from bot import metrics
from bot.compose import compose, references
from bot.files import Files, Parcel
from bot.flow.content import Content, Kind
from bot.limits import Lane, Limiter
from bot.receipts import certainly, is_bad_file, message_id, message_ids, receipt_of, sent, whole
from bot.services.clock import Clock
from bot.services.receipt import Outcome, Receipt
from bot.services.setup import Setup
from bot.wire import Call, Wire

_LANES = {lane: lane.name.lower() for lane in Lane}

#: Called as a message is handed to the wire; before that its sending can be cancelled.
Leaves = Callable[[], None]


def nothing() -> None:
    """Nobody wants to know that a message leaves."""


class Door:
    """Sends one thing, and says what became of it."""

    def __init__(self, wire: Wire, limiter: Limiter, files: Files, clock: Clock, setup: Callable[[], Setup]) -> None:
        """`setup` gives the setup of the moment: a flow may be changed while we run."""
        self._wire = wire
        self._limiter = limiter
        self._files = files
        self._clock = clock
        self._setup = setup

    def share(self, rate: float) -> None:
        """So many messages of all kinds per second from now on: what other workers leave."""
        self._limiter.bot_at(rate)

    def pushes_at(self, rate: float) -> None:
        """So many messages of pushes per second from now on; 0: as many as the other limits let through."""
        self._limiter.pushes_at(rate or math.inf)

    async def send_now(self, user_id: int, content: Content, *, lane: int, leaves: Leaves = nothing) -> Receipt:
        """Send one message past the log (the sender of pushes, a word to the owner). Never raises."""
        return await certainly(self._send_content(user_id, content, Lane(lane), leaves=leaves), user_id)

    async def call(self, chat_id: int, call: Call, lane: Lane, leaves: Leaves = nothing) -> tuple[Receipt, Any]:
        """One call under the limits; the receipt and, where it was sent, Telegram's answer."""
        receipt, result = await self._call(chat_id, call, lane, leaves)
        metrics.SENT.labels(_LANES[lane], receipt.outcome).inc()
        return receipt, result

    async def _call(self, chat_id: int, call: Call, lane: Lane, leaves: Leaves) -> tuple[Receipt, Any]:
        if wait := await self._limiter.slot(chat_id, lane):
            return Receipt(Outcome.RETRY, reason="this chat has to wait", retry_after=wait), None
        leaves()
        began = self._clock.monotonic()
        try:
            result = await self._wire.call(call)
        except RetryAfter as error:
            receipt = receipt_of(error)
            self._limiter.told_to_wait(chat_id, receipt.retry_after or 1.0)
            return receipt, None
        except TelegramError as error:
            return receipt_of(error), None
        finally:
            self._limiter.answered(lane, began)
        return sent(message_id(result), message_ids(result)), result

    async def _send_content(
        self, chat_id: int, content: Content, lane: Lane, reply_to: int | None = None, leaves: Leaves = nothing
    ) -> Receipt:
        receipt, parcel = await self._send_it(chat_id, content, lane, reply_to, leaves)
        if is_bad_file(receipt) and await self._files.forget(parcel):
            receipt, _ = await self._send_it(chat_id, content, lane, reply_to, leaves)
        return receipt

    async def _send_it(
        self, chat_id: int, content: Content, lane: Lane, reply_to: int | None, leaves: Leaves
    ) -> tuple[Receipt, Parcel]:
        parcel = await self._files.pack(content, self._setup().flow.folder)
        call = compose(chat_id, content, parcel.media, reply_to, paid=lane is Lane.PAID)
        receipt, result = await self.call(chat_id, call, lane, leaves)
        if content.kind is Kind.ALBUM:
            receipt = whole(receipt, len(references(content)))
        if receipt.outcome is Outcome.SENT:
            await self._files.note(parcel, content, result)
        return receipt, parcel
