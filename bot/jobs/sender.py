"""The sender: carries the parcels of a run to the wire, a batch at a time, and notes what became of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.flow.content import Content
from bot.services import deliveries_claim, deliveries_note
from bot.services.clock import Clock
from bot.services.database import Database
from bot.services.deliveries_claim import Parcel
from bot.services.deliveries_note import Attempt
from bot.services.outgoing import PAID, PUSHES
from bot.services.receipt import Outcome, Receipt
from bot.services.setup import Setup

log = structlog.get_logger(__name__)

#: Seconds that a batch shall take at a set rate, and people in a batch at least.
MOMENT, LEAST = 0.5, 5
#: So many people in a row whom Telegram told to wait mean the whole run.
SEVERAL = 3

Deliver = Callable[[Iterable[int]], None]


class Send(Protocol):
    """The door out: sends one message under the rate limits and says what became of it. Never raises."""

    async def __call__(self, user_id: int, content: Content, *, lane: int) -> Receipt:
        """Send `content` to a person in a lane (0 answers, 1 support, 2 pushes)."""


@dataclass(slots=True)
class Progress:
    """What is in memory of a run: nothing that a restart may not lose."""

    #: Attempts that the database has not taken yet.
    unnoted: list[Attempt] = field(default_factory=list)
    #: People in a row to whom Telegram said later.
    streak: int = 0
    #: When they may be tried again.
    later: datetime | None = None
    #: How long the run as a whole shall rest.
    rest: timedelta | None = None
    #: Telegram is paid for it, so it has a rate of its own.
    paid: bool = False

    def take(self, attempts: list[Attempt], now: datetime) -> None:
        """Attempts that have come back. Several people in a row who have to wait: Telegram means all of the run."""
        self.unnoted = attempts
        waits = [wait for attempt in attempts if (wait := attempt.wait()) is not None]
        self.streak = 0 if any(attempt.arrived() for attempt in attempts) else self.streak + len(waits)
        longest = timedelta(seconds=max(waits, default=0))
        if waits:
            self.later = max(self.later or now, now + longest)
        self.rest = longest if waits and self.streak >= SEVERAL else None


class Sender:
    """Sends runs. All that counts is in the ledger; here is only what is on its way."""

    def __init__(
        self,
        database: Database,
        send: Send,
        deliver: Deliver,
        setup: Callable[[], Setup],
        clock: Clock,
        *,
        in_flight: int = 100,
    ) -> None:
        """`in_flight`: how many people are sent to at once; `deliver` says that something waits for some people."""
        self._database = database
        self._send = send
        self._deliver = deliver
        self._setup = setup
        self._clock = clock
        self._in_flight = in_flight
        self._closing = False
        self._runs: dict[int, Progress] = {}

    def unnoted(self) -> list[int]:
        """Runs with attempts that are still to be noted."""
        return [run_id for run_id, progress in self._runs.items() if progress.unnoted]

    def close(self) -> None:
        """Claim nobody any more; what is on its way is noted."""
        self._closing = True

    async def send_all(self, run_id: int) -> None:
        """Send batch after batch until nobody waits, or the run may not go on."""
        while await self.send_batch(run_id):
            pass
        if not self._runs[run_id].unnoted:
            del self._runs[run_id]

    async def send_batch(self, run_id: int) -> bool:
        """Claim, send and note one batch; false if there was nobody to send to."""
        progress = self._runs.setdefault(run_id, Progress())
        await self._note(run_id, progress)
        if self._closing:
            return False
        now = self._clock.now()
        parcels = await self._database.write(
            deliveries_claim.claim,
            run_id,
            limit=self._limit(progress),
            later=progress.later,
            setup=self._setup(),
            now=now,
        )
        progress.paid = any(parcel.paid for parcel in parcels)
        progress.take(await self._carry(parcels), self._clock.now())
        await self._note(run_id, progress)
        return bool(parcels)

    def _limit(self, progress: Progress) -> int:
        """People in a batch: at a set rate as many as take a moment, so that a pause or an end comes soon."""
        rate = self._setup().push.paid_rate if progress.paid else self._setup().push_rate
        return min(self._in_flight, max(LEAST, round(rate * MOMENT))) if rate else self._in_flight

    async def _note(self, run_id: int, progress: Progress) -> None:
        """Note what is known. If the database does not take it, it is kept and noted before anything else is sent."""
        if not progress.unnoted:
            return
        attempts, rest, now = progress.unnoted, progress.rest, self._clock.now()
        pending = await self._database.write(
            deliveries_note.note, run_id, attempts, rest=rest, setup=self._setup(), now=now
        )
        progress.unnoted = []
        self._deliver(pending)

    async def _carry(self, parcels: Sequence[Parcel]) -> list[Attempt]:
        """Send all parcels at once; the limiter behind `send` sets the pace. One that breaks spoils no other."""
        ends = await asyncio.gather(*(self._carry_one(parcel) for parcel in parcels), return_exceptions=True)
        return [
            end if isinstance(end, Attempt) else _broken(parcel, end) for parcel, end in zip(parcels, ends, strict=True)
        ]

    async def _carry_one(self, parcel: Parcel) -> Attempt:
        """Send the messages of one person in order, up to the first that does not arrive."""
        receipts: list[Receipt] = []
        for content in parcel.contents:
            receipts.append(await self._send(parcel.user_id, content, lane=PAID if parcel.paid else PUSHES))
            if receipts[-1].outcome is not Outcome.SENT:
                break
        return Attempt(parcel, tuple(receipts))


def _broken(parcel: Parcel, error: BaseException) -> Attempt:
    """The door out never raises; should it do so all the same, nobody knows what has arrived."""
    log.error("a push message ended in an error", run=parcel.run_id, user=parcel.user_id, exc_info=error)
    return Attempt(parcel, (Receipt(Outcome.UNSURE, reason="the bot failed while it sent this"),))
