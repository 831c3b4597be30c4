"""The door to the staff group: one step at a time under its limits, so that order is kept and bursts are joined."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError
from telegram.error import ChatMigrated, RetryAfter, TelegramError

from bot import staff_group, topic_letters
from bot.limits import Lane, Limiter, Sleep
from bot.receipts import receipt_of, sent
from bot.services import support_group, support_topics, support_topics_note
from bot.services.clock import Clock
from bot.services.database import Database
from bot.services.messages import ALBUM_WINDOW
from bot.services.receipt import Outcome, Receipt
from bot.services.setup import Setup
from bot.services.support_topics_note import CLOSED, Kind
from bot.topic_letters import Errand
from bot.wire import Call, Wire

log = structlog.get_logger(__name__)

#: Seconds between two looks for what is to be done, in case nobody said so.
LOOK = 5.0
#: Seconds after which a lost group is asked for again.
PROBE = 300.0
#: Seconds before the next attempt where Telegram names none.
SOON = 2.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended: the receipt, Telegram's ids of what was made, and where the group has moved."""

    receipt: Receipt
    ids: tuple[int, ...] = ()
    moved_to: int | None = None


class Topics:
    """Brings the topics up to date. One per bot: it alone sends to the staff group."""

    def __init__(
        self,
        wire: Wire,
        limiter: Limiter,
        database: Database,
        clock: Clock,
        *,
        setup: Callable[[], Setup],
        deliver: Callable[[Iterable[int]], None],
        follow: Callable[[], Awaitable[None]],
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """`deliver`: there is something to send to these people. `follow`: the settings have changed."""
        self._wire = wire
        self._limiter = limiter
        self._database = database
        self._clock = clock
        self._setup = setup
        self._deliver = deliver
        self._follow = follow
        self._sleep = sleep
        self._poked = asyncio.Event()
        self._probe_at = 0.0
        #: The group whose topics are in order; None: not looked at yet.
        self._group: int | None = None

    def poke(self) -> None:
        """There is something to be done in the staff group."""
        self._poked.set()

    async def run(self) -> None:
        """Do what is to be done, for ever; cancel it at the end."""
        while True:
            self._poked.clear()
            rest = LOOK
            try:
                await self.catch_up()
                await self._probe()
                rest = await self._rest()
            except DBAPIError as away:
                log.warning("the topics wait for the database", reason=str(away.orig))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(rest):  # `wait_for` forgets that it was cancelled where both come at once
                    await self._poked.wait()

    async def catch_up(self) -> None:
        """Steps until the topics show all there is."""
        await self._move_in()
        while await self._step():
            pass

    async def _move_in(self) -> None:
        """Another group than before, or none, from the config or a setting: open requests go where they belong now."""
        group = self._setup().support.group_id
        if group != self._group:
            now, setup = self._clock.now(), self._setup()
            self._deliver(await self._database.write(support_group.move_in, setup=setup, now=now))
            self._group = group

    async def _rest(self) -> float:
        """Seconds until the next look: an album that is on its way is whole soon."""
        group, now = self._setup().support.group_id, self._clock.now()
        soon = group and await self._database.read(support_topics.awaits_album, group, now)
        return ALBUM_WINDOW.total_seconds() if soon else LOOK

    async def _step(self) -> bool:
        """Whether there may be more to do at once. Drawn after the wait for its place, so that bursts join."""
        group = self._setup().support.group_id
        if not group or await self._database.read(support_topics.next_topic, group, self._clock.now()) is None:
            return False
        if wait := await self._limiter.slot(group, Lane.SUPPORT):
            await self._sleep(wait)
            return True
        now, setup = self._clock.now(), self._setup()
        errand = await self._database.read(topic_letters.next_errand, setup=setup, now=now)
        if errand is None:
            return False
        ended = await self._carry_out(errand)
        return await self._note(errand, ended)

    async def _carry_out(self, errand: Errand) -> Ended:
        """The calls in order; what follows the first can fail alone, unless the topic or the group is gone."""
        if not errand.calls:
            return Ended(sent(None))
        ended = await self._attempt(errand, errand.calls[0])
        for call in errand.calls[1:] if ended.receipt.outcome is Outcome.SENT else ():
            while wait := await self._limiter.slot(errand.step.topic.chat_id, Lane.SUPPORT):
                await self._sleep(wait)
            later = await self._attempt(errand, call)
            if later.receipt.outcome is not Outcome.SENT:
                return later
        if errand.step.kind is Kind.CARD and ended.ids:
            await self._pin(errand, ended.ids[0])
        return ended

    async def _attempt(self, errand: Errand, call: Call) -> Ended:
        """One call; a topic that somebody has closed is opened for it."""
        ended = await self._call(call)
        if not any(part in ended.receipt.reason.lower() for part in CLOSED):
            return ended
        topic = errand.step.topic
        place = {"chat_id": topic.chat_id, "message_thread_id": topic.thread_id}
        opened = await self._call(Call("reopenForumTopic", place))
        return await self._call(call) if opened.receipt.outcome is Outcome.SENT else opened

    async def _pin(self, errand: Errand, card_id: int) -> None:
        """A card that cannot be pinned is still the first message of its topic."""
        place = {"chat_id": errand.step.topic.chat_id, "message_id": card_id, "disable_notification": True}
        await self._call(Call("pinChatMessage", place))

    async def _call(self, call: Call) -> Ended:
        try:
            result = await self._wire.call(call)
        except ChatMigrated as moved:
            return Ended(receipt_of(moved), moved_to=moved.new_chat_id)
        except RetryAfter as error:
            receipt = receipt_of(error)
            self._limiter.told_to_wait(int(call.parameters["chat_id"]), receipt.retry_after or 1.0)
            return Ended(receipt)
        except TelegramError as error:
            return Ended(receipt_of(error))
        return Ended(sent(None), _ids(result))

    async def _note(self, errand: Errand, ended: Ended) -> bool:
        """Whether to go on at once."""
        now, setup = self._clock.now(), self._setup()
        if ended.moved_to is not None:
            await self._database.write(support_group.migrate, errand.step.topic.chat_id, ended.moved_to, now)
            await self._follow()
            return True
        if ended.receipt.outcome in (Outcome.RETRY, Outcome.UNSURE):
            await self._sleep(ended.receipt.retry_after or SOON)
            return True
        noted = (errand.step, ended.receipt, ended.ids)
        self._deliver(await self._database.write(support_topics_note.note, *noted, setup=setup, now=now))
        return True

    async def _probe(self) -> None:
        """A group that was lost is looked at from time to time: not everything that heals it is told to bots."""
        setup, now = self._setup(), self._clock.now()
        group = setup.support.group_id
        if not group or self._clock.monotonic() < self._probe_at:
            return
        self._probe_at = self._clock.monotonic() + PROBE
        if not await self._database.read(support_topics.is_lost, group):
            return
        if await staff_group.problem(self._wire, group, setup.bot_id) is None:
            self._deliver(await self._database.write(support_group.regain, group, setup=setup, now=now))


def _ids(result: Any) -> tuple[int, ...]:
    """Telegram's ids of what was made: a topic, a message, the parts of an album."""
    found = result if isinstance(result, list) else [result]
    parts = [part for part in found if isinstance(part, dict)]
    return tuple(part["message_id"] if "message_id" in part else part["message_thread_id"] for part in parts)
