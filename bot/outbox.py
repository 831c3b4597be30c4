"""The one door out: what the log has for people goes out in order, under the limits, and what became of it is noted."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Any

import structlog
from telegram.error import RetryAfter, TelegramError

from bot import marks, metrics
from bot.backoff import Backoff, surely
from bot.compose import compose, references
from bot.files import Files, Parcel
from bot.flow.content import Content, Kind
from bot.letters import changed, written
from bot.limits import Lane, Limiter, Sleep
from bot.notes import Notes
from bot.receipts import certainly, is_bad_file, message_id, message_ids, receipt_of, sent, whole
from bot.services import contents, outgoing
from bot.services.clock import Clock
from bot.services.database import Database
from bot.services.outgoing import Letter
from bot.services.receipt import Outcome, Receipt
from bot.services.setup import LEASES, Setup
from bot.wire import Call, Wire

log = structlog.get_logger(__name__)

#: Seconds between two looks for what waits, in case nobody said so.
LOOK = 5.0
#: The same where other workers write what this one sends.
SOON = 0.25
#: Letters of one person taken from the log at once.
TAKEN = 20
_LANES = {lane: lane.name.lower() for lane in Lane}

#: Draws what is drawn when it is sent (alerts, relays); None: there is nothing to say any more.
Draw = Callable[[Letter], Awaitable[Call | None]]
#: Called as a message is handed to the wire; before that its sending can be cancelled.
Leaves = Callable[[], None]


def nothing() -> None:
    """Nobody wants to know that a message leaves."""


class Outbox:
    """Sends. One per bot: it alone sends to people, so their order is kept by one task a person."""

    def __init__(
        self,
        wire: Wire,
        limiter: Limiter,
        database: Database,
        clock: Clock,
        *,
        setup: Callable[[], Setup],
        draw: Draw,
        bot_id: int,
        poke_group: Callable[[], None] = lambda: None,
        sleep: Sleep = asyncio.sleep,
        leads: Callable[[], bool] = lambda: True,
    ) -> None:
        """`setup` gives the setup of the moment: a flow may be changed while we run.

        `poke_group`: there is something to be done in the staff group. `leads`: whether this process sends what nobody
        has at hand. Others send what they are handed, and no more.
        """
        self._poke_group = poke_group
        self._wire = wire
        self._limiter = limiter
        self._database = database
        self._clock = clock
        self._setup = setup
        self._draw = draw
        self._sleep = sleep
        self._leads = leads
        self._files = Files(database, bot_id)
        self._notes = Notes(database, clock, setup, sleep)
        self._storage = Backoff("the database")
        #: People whose task runs; true: look again before it ends.
        self._again: dict[int, bool] = {}
        #: What they were handed meanwhile.
        self._handed: dict[int, list[Letter]] = {}
        #: People to whom nothing is sent until the next start.
        self._left_alone: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def start(self) -> None:
        """Send what waits, and look from time to time for more."""
        self._looking = self._spawn(self._look(), "outbox")

    async def rest(self) -> None:
        """Look no more."""
        self._looking.cancel()
        await asyncio.gather(self._looking, return_exceptions=True)

    async def stop(self, patience: float = 5.0) -> None:
        """Let what is on the wire arrive, for so many seconds; the rest waits in the log."""
        self._stopping = True
        if sending := self._sending():
            await asyncio.wait(sending, timeout=patience)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._notes.close()

    def poke(self, user_ids: Iterable[int]) -> None:
        """There is something to send to these people, or (a negative id) to the staff group."""
        for user_id in user_ids:
            if user_id < 0:
                self._poke_group()
            elif user_id in self._again:
                self._again[user_id] = True
            elif not self._stopping and user_id not in self._left_alone and self._leads():
                self._again[user_id] = False
                self._spawn(self._deliver(user_id), f"to {user_id}")

    def hand(self, pending: Iterable[int], letters: Sequence[Letter]) -> None:
        """The same where a turn knows what it has written; with several workers only this one may send it now."""
        if not (letters and self._setup().lease):
            self.poke(pending)
        elif letters[0].user_id in self._again:
            self._handed.setdefault(letters[0].user_id, []).extend(letters)
        elif self.hold(letters[0].user_id):
            self.release(letters[0].user_id, letters)

    def share(self, rate: float) -> None:
        """So many messages of all kinds per second from now on: what other workers leave."""
        self._limiter.bot_at(rate)

    def pushes_at(self, rate: float) -> None:
        """So many messages of pushes per second from now on; 0: as many as the other limits let through."""
        self._limiter.pushes_at(rate or math.inf)

    def hold(self, user_id: int) -> bool:
        """Send nothing to this person before `release`, so that a turn can hand over its letters; false: too late."""
        if user_id in self._again or self._stopping or user_id in self._left_alone:
            return False
        self._again[user_id] = False
        return True

    def release(self, user_id: int, letters: Sequence[Letter] = ()) -> None:
        """The turn is over, and these are all that waits for the person."""
        if letters and not self._stopping:
            self._spawn(self._deliver(user_id, letters), f"to {user_id}")
        else:
            self._end(user_id)

    async def idle(self) -> None:
        """Wait until everything that can go out now has gone out."""
        while sending := self._sending():
            await asyncio.wait(sending)

    def _sending(self) -> list[asyncio.Task[None]]:
        return [task for task in self._tasks if task.get_name().startswith("to ")]

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

    async def _look(self) -> None:
        while True:
            waiting = partial(self._database.read, outgoing.waiting_users, self._clock.now())
            self.poke(await surely(waiting, self._storage, self._sleep))
            await self._sleep(SOON if self._setup().lease else LOOK)

    async def _deliver(self, user_id: int, letters: Sequence[Letter] = ()) -> None:
        """Send what waits for one person, in order, until nothing can be sent any more. The first are known perhaps."""
        structlog.contextvars.bind_contextvars(user=user_id)  # this task's own
        lease = self._setup().lease
        # Whoever was asleep for so long finds that another worker may be sending these.
        until = self._clock.monotonic() + lease / LEASES if letters and lease else math.inf
        try:
            while await self._deliver_some(user_id, letters or await self._take(user_id), until):
                letters, until = (), math.inf
        finally:
            self._end(user_id)

    async def _deliver_some(self, user_id: int, letters: Sequence[Letter], until: float) -> bool:
        """Whether there may be more to send at once."""
        for letter in letters:
            if self._clock.monotonic() > until or (math.isinf(until) and not self._leads()):
                return False
            receipt = await certainly(self._attempt(letter), user_id)
            if not await self._note(letter, receipt):
                return False
            for one, emoji in marks.of(letter, receipt):
                self._spawn(marks.show(self._wire, one, emoji), "a mark")
            if receipt.outcome is Outcome.RETRY:
                self._later(user_id, receipt.retry_after)
                return False
            if receipt.outcome is not Outcome.SENT:
                return True  # the order may have changed, or the person be gone
        if not letters and not self._again[user_id]:
            await self._wait_for(user_id)
        return not self._stopping and (sum(letter.count for letter in letters) >= TAKEN or self._again[user_id])

    async def _wait_for(self, user_id: int) -> None:
        """Look again when the time of what waits for this person has come, if it has to wait."""
        due = await surely(partial(self._database.read, outgoing.held_until, user_id), self._storage, self._sleep)
        self._later(user_id, max(SOON, (due - self._clock.now()).total_seconds()) if due and self._leads() else None)

    async def _take(self, user_id: int) -> list[Letter]:
        self._again[user_id] = False
        if self._stopping or not self._leads():
            return []
        take = partial(self._database.read, outgoing.take, user_id, now=self._clock.now(), limit=TAKEN)
        return await surely(take, self._storage, self._sleep)

    async def _note(self, letter: Letter, receipt: Receipt) -> bool:
        """Whether it is noted; to somebody for whom it cannot be, the same message would go out again and again."""
        pending = await self._notes.write(letter, receipt)
        if pending is None:
            self._left_alone.add(letter.user_id)
            return False
        self.poke(pending)
        return True

    def _end(self, user_id: int) -> None:
        """Whoever was poked, or handed something, while the task ended gets a new one."""
        again = self._again.pop(user_id)
        if letters := self._handed.pop(user_id, None):
            self.hand([user_id], letters)
        elif again:
            self.poke([user_id])

    def _later(self, user_id: int, seconds: float | None) -> None:
        """Look at this person again when their wait is over; longer waits than a look are found by looking."""
        if seconds is not None and seconds < LOOK:
            self._spawn(self._poke_later(user_id, seconds), f"later to {user_id}")

    async def _poke_later(self, user_id: int, seconds: float) -> None:
        await self._sleep(seconds)
        self.poke([user_id])

    async def _attempt(self, letter: Letter) -> Receipt:
        if letter.kind not in outgoing.DRAWN and not letter.edits and not letter.joined:
            await marks.show_typing(self._wire, letter)
            content, reply_to = contents.from_json(letter.content), letter.content.get("reply_to")
            return await self._send_content(letter.user_id, content, Lane(letter.lane), reply_to)
        call = await self._draw(letter) if letter.kind in outgoing.DRAWN else written(letter)
        call = changed(letter, call)
        return (await self.call(letter.user_id, call, Lane(letter.lane)))[0] if call else sent(None)

    def _spawn(self, work: Any, name: str) -> asyncio.Task[None]:
        self._tasks.add(task := asyncio.create_task(work, name=name))
        task.add_done_callback(self._tasks.discard)
        return task
