"""What of a run is on its way, and what has come back: nothing here that a restart may not lose."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.services.deliveries_claim import Parcel
from bot.services.deliveries_note import Attempt
from bot.services.receipt import Outcome, Receipt

log = structlog.get_logger(__name__)

#: So many people in a row whom Telegram told to wait mean the whole run.
SEVERAL = 3
#: Seconds after which what has come back is noted, however little it is.
SOON = 2.0


@dataclass(slots=True, eq=False)
class Trip:
    """A parcel on its way."""

    parcel: Parcel
    #: Something of it was handed to the wire, so that it cannot be taken back any more.
    left: bool = False

    def leaves(self) -> None:
        """This is the moment."""
        self.left = True


Carry = Callable[[Trip], Awaitable[tuple[Receipt, ...]]]


@dataclass(slots=True, eq=False)
class Flight:
    """One run on its way."""

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
    _trips: dict[asyncio.Task[tuple[Receipt, ...]], Trip] = field(default_factory=dict)
    _back: list[Attempt] = field(default_factory=list)
    _wanted: int = 0
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _timer: asyncio.TimerHandle | None = None

    @property
    def on_their_way(self) -> int:
        """How many parcels have not come back."""
        return len(self._trips)

    def is_over(self) -> bool:
        """Whether nothing is on its way and nothing is to be noted."""
        return not (self._trips or self._back or self.unnoted)

    def begin(self, parcels: Iterable[Parcel], carry: Carry) -> None:
        """Send all of them off; the limiter behind `carry` sets the pace."""
        for parcel in parcels:
            trip = Trip(parcel)
            task = asyncio.ensure_future(carry(trip))
            self._trips[task] = trip
            task.add_done_callback(self._ended)

    def hold_back(self) -> None:
        """Take back what has not left."""
        for task, trip in self._trips.items():
            if not trip.left:
                task.cancel()

    async def comes_back(self, enough: int) -> None:
        """Wait until so many have come back, or all, or some of them a while ago."""
        self._wanted = enough
        self._woken.clear()
        self._look()
        await self._woken.wait()

    def take(self, now: datetime) -> None:
        """What has come back is to be noted. Several people in a row who have to wait mean all of the run."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        came, self._back = self._back, []
        self.unnoted += came
        waits = [wait for attempt in came if (wait := attempt.wait()) is not None]
        self.streak = 0 if any(attempt.arrived() for attempt in came) else self.streak + len(waits)
        longest = timedelta(seconds=max(waits, default=0))
        if waits:
            self.later = max(self.later or now, now + longest)
            self.rest = longest if self.streak >= SEVERAL else self.rest

    def noted(self) -> None:
        """The database has all that was taken."""
        self.unnoted = []
        self.rest = None

    def _ended(self, task: asyncio.Task[tuple[Receipt, ...]]) -> None:
        self._back.append(_attempt(self._trips.pop(task), task))
        self._look()

    def _look(self) -> None:
        if len(self._back) >= self._wanted or not self._trips:
            self._woken.set()
        elif self._back and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SOON, self._woken.set)


def _attempt(trip: Trip, task: asyncio.Task[tuple[Receipt, ...]]) -> Attempt:
    """How it ended. The door out never raises; should it do so all the same, nobody knows what has arrived."""
    if task.cancelled() and not trip.left:
        return Attempt(trip.parcel, (), held=True)
    error = None if task.cancelled() else task.exception()
    if task.cancelled() or error is not None:
        log.error("a push message ended in an error", run=trip.parcel.run_id, user=trip.parcel.user_id, exc_info=error)
        return Attempt(trip.parcel, (Receipt(Outcome.UNSURE, reason="the bot failed while it sent this"),))
    return Attempt(trip.parcel, task.result())
