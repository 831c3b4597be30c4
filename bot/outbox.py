"""The outbox: what the log has for people goes out in order, and what became of it is noted."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot import marks
from bot.backoff import Backoff, surely
from bot.door import Door
from bot.files import Files
from bot.letters import changed, written
from bot.limits import Lane, Limiter, Sleep
from bot.mailbag import Mailbag
from bot.notes import Notes
from bot.receipts import certainly, sent
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

#: Draws what is drawn when it is sent (alerts, relays); None: there is nothing to say any more.
Draw = Callable[[Letter], Awaitable[Call | None]]


class Outbox(Door):
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
        """`poke_group`: there is something to be done in the staff group. `leads`: whether this process sends what
        nobody has at hand. Others send what they are handed, and no more.
        """
        super().__init__(wire, limiter, Files(database, bot_id), clock, setup)
        self._poke_group = poke_group
        self._database = database
        self._draw = draw
        self._sleep = sleep
        self._leads = leads
        self._notes = Notes(database, clock, setup, sleep)
        self._storage = Backoff("the database")
        #: People to whom something is being sent, or about to be.
        self._bags: dict[int, Mailbag] = {}
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
        await asyncio.gather(*self._tasks)  # what was given back meanwhile
        await self._notes.close()

    def poke(self, user_ids: Iterable[int]) -> None:
        """There is something to send to these people, or (a negative id) to the staff group."""
        for user_id in user_ids:
            if user_id < 0:
                self._poke_group()
            elif (bag := self._bags.get(user_id)) is not None:
                bag.again = True
            else:
                self._bags[user_id] = bag = Mailbag(again=True)
                self._go_on(user_id, bag)

    def hand(self, pending: Iterable[int], letters: Sequence[Letter]) -> None:
        """The same where a turn knows what it has written; with several workers only this one may send it now."""
        if not (letters and self._setup().lease):
            self.poke(pending)
        elif self.hold(letters[0].user_id) is not None:
            self.release(letters[0].user_id, letters)
        else:
            self._give_back(letters)

    def hold(self, user_id: int) -> int | None:
        """Read nothing of this person's from the log before `release`, so that a turn can hand over what it writes.

        Returns the number of the line up to which all that waits for them is at hand here. What the turn writes can be
        handed over where nothing else waits; None: it cannot, and is read from the log.
        """
        if self._stopping or user_id in self._left_alone:
            return None
        bag = self._bags.setdefault(user_id, Mailbag())
        if bag.reads or bag.held is not None:
            return None
        bag.held = self._clock.monotonic()
        return bag.up_to

    def release(self, user_id: int, letters: Sequence[Letter] = ()) -> None:
        """The turn is over, and these are to be sent behind what is at hand."""
        bag = self._bags[user_id]
        since, bag.held = bag.held, None
        assert since is not None
        if self._stopping or bag.broken:
            bag.again = True
            self._give_back(letters)
        else:
            lease = self._setup().lease
            # Whoever was asleep for so long finds that another worker may be sending these.
            bag.add(letters, since + lease / LEASES if lease else math.inf)
        if not bag.sends:
            self._go_on(user_id, bag)

    async def idle(self) -> None:
        """Wait until everything that can go out now has gone out."""
        while sending := self._sending():
            await asyncio.wait(sending)

    def _sending(self) -> list[asyncio.Task[None]]:
        return [task for task in self._tasks if task.get_name().startswith("to ")]

    async def _look(self) -> None:
        while True:
            waiting = partial(self._database.read, outgoing.waiting_users, self._clock.now())
            self.poke(await surely(waiting, self._storage, self._sleep))
            await self._sleep(SOON if self._setup().lease else LOOK)

    def _go_on(self, user_id: int, bag: Mailbag) -> None:
        """Send what is at hand, or what the log has where somebody has said so; else that was all."""
        goes = not self._stopping and user_id not in self._left_alone
        if goes and (bag.letters or (bag.again and self._leads())):
            bag.sends = True
            self._spawn(self._deliver(user_id, bag), f"to {user_id}")
        else:
            del self._bags[user_id]
            self._give_back(bag.leave())

    async def _deliver(self, user_id: int, bag: Mailbag) -> None:
        """Send what waits for one person, in order, until nothing can be sent any more."""
        structlog.contextvars.bind_contextvars(user=user_id)  # this task's own
        try:
            while (bag.letters or await self._read(user_id, bag)) and await self._deliver_some(user_id, bag):
                pass
        finally:
            bag.sends = False
            if bag.held is None:
                self._go_on(user_id, bag)

    async def _deliver_some(self, user_id: int, bag: Mailbag) -> bool:
        """Whether there may be more to send at once."""
        while bag.letters:
            letter, until = bag.letters[0]
            if self._clock.monotonic() > until or (math.isinf(until) and not self._leads()):
                self._give_back(bag.leave())
                return False
            bag.letters.popleft()
            receipt = await certainly(self._attempt(letter), user_id)
            noted = await self._note(letter, receipt)
            if noted:
                for one, emoji in marks.of(letter, receipt):
                    self._spawn(marks.show(self._wire, one, emoji), "a mark")
            if not noted or receipt.outcome is not Outcome.SENT:  # the order may have changed, or the person be gone
                self._give_back(bag.leave())
                if receipt.outcome is Outcome.RETRY:
                    self._later(user_id, receipt.retry_after)
                    return False
                bag.again = True
                return noted
        return True

    async def _read(self, user_id: int, bag: Mailbag) -> bool:
        """Whether the log has something that can be sent now."""
        if not bag.again or bag.held is not None or self._stopping or not self._leads():
            return False
        bag.again, bag.reads = False, True
        take = partial(self._database.read, outgoing.take, user_id, now=self._clock.now(), limit=TAKEN)
        try:
            letters = await surely(take, self._storage, self._sleep)
        finally:
            bag.reads = False
        bag.broken = False
        bag.add(letters, math.inf)
        bag.again |= sum(letter.count for letter in letters) >= TAKEN
        if not letters and not bag.again:
            await self._wait_for(user_id)
        return bool(letters) or bag.again

    async def _wait_for(self, user_id: int) -> None:
        """Look again when the time of what waits for this person has come, if it has to wait."""
        due = await surely(partial(self._database.read, outgoing.held_until, user_id), self._storage, self._sleep)
        self._later(user_id, max(SOON, (due - self._clock.now()).total_seconds()) if due and self._leads() else None)

    async def _note(self, letter: Letter, receipt: Receipt) -> bool:
        """Whether it is noted; to somebody for whom it cannot be, the same message would go out again and again."""
        pending = await self._notes.write(letter, receipt)
        if pending is None:
            self._left_alone.add(letter.user_id)
            return False
        self.poke(pending)
        return True

    def _give_back(self, letters: Sequence[Letter]) -> None:
        """What was left to this worker alone, and is not sent by it, is anybody's."""
        if letters and letters[0].due_at is not None:
            self._spawn(self._write_back(letters), "to the log")

    async def _write_back(self, letters: Sequence[Letter]) -> None:
        try:
            await self._database.write(outgoing.give_back, letters)
        except SQLAlchemyError as away:
            log.warning("some answers come late", user=letters[0].user_id, reason=str(away))
        else:
            self.poke([letters[0].user_id])

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
