"""Screens on their way to a person: pressed ones are edited in place, others are sent; presses are answered."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from telegram.error import TelegramError

from bot.cards import Cards
from bot.flow.markup import CAPTION_LIMIT, plain
from bot.limits import Lane
from bot.outbox import Outbox
from bot.services import inbox
from bot.services.clock import Clock
from bot.services.conversations import Outcome
from bot.services.database import Database
from bot.services.receipt import Outcome as Ending
from bot.services.receipt import Receipt
from bot.services.setup import Setup
from bot.ui import router
from bot.ui.press import Press, parse
from bot.ui.router import Acted, Drawn, Refused
from bot.ui.screen import Attachment
from bot.ui.telegram import parameters, plain_parameters, toast
from bot.visits import Visit
from bot.wire import Call, File, Wire

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who waits for an answer, and how: a press has a query, and a message that can be edited."""

    user_id: int
    update_id: int
    query_id: str | None = None
    message_id: int | None = None


def made_of(attachment: Attachment) -> bytes:
    """The file. What a picture leaves behind is megabytes of garbage that hangs together, and a bot at work seldom
    looks for such (`bot.memory`): it is taken away at once."""
    made = attachment.make()
    if attachment.picture:
        gc.collect()
    return made


class NotShown(Exception):
    """Telegram or the network said later; the screen is drawn again with the next attempt of this turn."""


class Screens:
    """Shows what a visit ended with."""

    def __init__(
        self, wire: Wire, outbox: Outbox, cards: Cards, database: Database, clock: Clock, setup: Callable[[], Setup]
    ) -> None:
        self._wire = wire
        self._cards = cards
        self._outbox = outbox
        self._database = database
        self._clock = clock
        self._setup = setup

    async def answer(self, asker: Asker, visit: Visit | None = None) -> None:
        """Answer a press, with the sentence of the visit where it has one. An answer that comes too late is none."""
        if asker.query_id is None:
            return
        shown: dict[str, object] = {"callback_query_id": asker.query_id}
        match visit:
            case Refused(sentence):
                shown |= {"text": toast(sentence), "show_alert": True}
            case Acted() if visit.toast:
                shown |= {"text": toast(visit.toast), "show_alert": visit.alert}
        try:
            await self._wire.call(Call("answerCallbackQuery", shown))
        except TelegramError as error:
            log.info("a press was not answered", user=asker.user_id, reason=error.message)

    async def conclude(self, asker: Asker, visit: Visit) -> None:
        """Everything that is still to be done after the transaction. Raises `NotShown`."""
        match visit:
            case Outcome(pending, letters):
                self._outbox.hand(pending, letters)
            case Refused(sentence):
                await self._say(asker, sentence)
            case Acted():
                self._outbox.poke(visit.pending)
                await self._say(asker, visit.toast)
                if visit.close and asker.message_id is not None:
                    await self._delete(asker, asker.message_id)
                if visit.then is not None:
                    await self.show(asker, visit.then)

    async def show(self, asker: Asker, then: str) -> None:
        """Draw the page of a packed press and show it; then the update is done. Raises `NotShown`."""
        setup, now = self._setup(), self._clock.now()
        drawn = await self._database.read(router.draw, then, user_id=asker.user_id, setup=setup, now=now)
        if isinstance(drawn, Refused):
            await self._send(asker, plain_parameters(drawn.sentence))
        else:
            await self._place(asker, drawn, parse(then))
        await self._database.write(inbox.mark_done, asker.update_id, self._clock.now())

    async def _place(self, asker: Asker, drawn: Drawn, page: Press | None) -> None:
        shown = parameters(drawn.screen)
        if drawn.screen.attachment is not None:
            await self._send_file(asker, drawn.screen.attachment, shown)
            return
        message_id = asker.message_id if not drawn.screen.anew else None
        if message_id is None or not await self._edited(asker, message_id, shown):
            message_id = (await self._send(asker, shown)).telegram_id
        await self._cards.placed(asker.user_id, message_id, page)

    async def _edited(self, asker: Asker, message_id: int, shown: dict[str, Any]) -> bool:
        """Whether the message shows it now; one that is gone or too old cannot."""
        await self._cards.leave(asker.user_id, message_id)
        changes = {"chat_id": asker.user_id, "message_id": message_id, **shown}
        receipt = await self._call(asker, Call("editMessageText", changes))
        return receipt.outcome is not Ending.REFUSED

    async def _say(self, asker: Asker, sentence: str) -> None:
        """A sentence for whoever typed; a press was answered with it already."""
        if sentence and asker.query_id is None:
            await self._send(asker, plain_parameters(sentence))

    async def _send(self, asker: Asker, shown: dict[str, Any]) -> Receipt:
        return await self._call(asker, Call("sendMessage", {"chat_id": asker.user_id, **shown}))

    async def _send_file(self, asker: Asker, attachment: Attachment, shown: dict[str, Any]) -> None:
        """A file with the screen as its caption; a screen that is too long for that follows the file."""
        made = await asyncio.to_thread(made_of, attachment)
        caption = {"caption": shown["text"], "parse_mode": "HTML", "reply_markup": shown["reply_markup"]}
        fits = len(plain(shown["text"])) <= CAPTION_LIMIT
        target = {"chat_id": asker.user_id} | (caption if fits else {})
        field = "photo" if attachment.picture else "document"
        call = Call(f"send{field.title()}", target, {field: File(attachment.name, made)})
        receipt = await self._call(asker, call)
        if not fits or receipt.outcome is Ending.REFUSED:
            await self._send(asker, shown)

    async def _delete(self, asker: Asker, message_id: int) -> None:
        """Take a message away; where it is too old for that, at least its buttons."""
        target = {"chat_id": asker.user_id, "message_id": message_id}
        receipt = await self._call(asker, Call("deleteMessage", target))
        if receipt.outcome is Ending.REFUSED:
            await self._call(asker, Call("editMessageReplyMarkup", target))

    async def _call(self, asker: Asker, call: Call) -> Receipt:
        receipt, _ = await self._outbox.call(asker.user_id, call, Lane.ANSWER)
        if receipt.outcome is Ending.RETRY:
            raise NotShown(receipt.reason)
        return receipt
