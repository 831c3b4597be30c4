"""The sender: keeps people of a run on their way, and notes what became of them as it claims the next ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Protocol

from bot.flow.content import Content
from bot.jobs.flight import Flight, Trip
from bot.services import deliveries_carry
from bot.services.clock import Clock
from bot.services.database import Database
from bot.services.deliveries_claim import Parcel
from bot.services.outgoing import PAID, PUSHES
from bot.services.receipt import Outcome, Receipt
from bot.services.setup import Setup

#: What came back is noted when it is this share of all that may be on their way, ...
SHARE = 0.4
#: ... or at a set rate what comes back in so many seconds: 40 messages of 25 a second, so 2.5 transactions for 100.
SPELL = 1.6
#: Seconds of a set rate that are claimed beyond that, so that the wire has something while the database writes; and
#: people at least.
SPARE, LEAST = 0.2, 5

Deliver = Callable[[Iterable[int]], None]


class Send(Protocol):
    """The door out: sends one message under the rate limits and says what became of it. Never raises."""

    async def __call__(self, user_id: int, content: Content, *, lane: int, leaves: Callable[[], None]) -> Receipt:
        """Send `content` to a person in a lane (0 answers, 1 support, 2 pushes).

        Calls `leaves` at the moment at which it hands something to the wire; before that it can be cancelled.
        """


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
        """`in_flight`: how many people are claimed at once; `deliver` says that something waits for some people."""
        self._database = database
        self._send = send
        self._deliver = deliver
        self._setup = setup
        self._clock = clock
        self._in_flight = in_flight
        self._closing = False
        self._flights: dict[int, Flight] = {}

    def unnoted(self) -> list[int]:
        """Runs of which something is on its way, or has come back and is still to be noted."""
        return [run_id for run_id, flight in self._flights.items() if not flight.is_over()]

    def close(self) -> None:
        """Claim nobody any more; what is on the wire is noted, what has not come there yet is taken back."""
        self._closing = True
        self.hold_back(())

    def hold_back(self, going: Collection[int]) -> None:
        """Take back what is not on the wire yet of all runs but these: the others were paused, stopped, or rest."""
        for run_id, flight in self._flights.items():
            if run_id not in going:
                flight.hold_back()

    async def send_all(self, run_id: int) -> None:
        """Send until nobody waits and everybody is noted, or the run may not go on."""
        flight = self._flights.setdefault(run_id, Flight())
        while True:
            parcels = await self._carry(run_id, flight)
            flight.paid = any(parcel.paid for parcel in parcels) or flight.paid
            flight.begin(parcels, self._send_one)
            if flight.is_over():
                break
            await flight.comes_back(self._enough(flight))
        del self._flights[run_id]

    async def _carry(self, run_id: int, flight: Flight) -> tuple[Parcel, ...]:
        """Note what is known and claim the next. What the database does not take is kept, and noted before all else."""
        room = 0 if self._closing else self._most(flight) - flight.on_their_way
        flight.take(self._clock.now())
        carried = await self._database.write(
            deliveries_carry.carry,
            run_id,
            tuple(flight.unnoted),
            room=max(0, room),
            rest=flight.rest,
            later=flight.later,
            setup=self._setup(),
            now=self._clock.now(),
        )
        flight.noted()
        self._deliver(carried.pending)
        return carried.parcels

    def _rate(self, flight: Flight) -> float:
        """Messages a second; 0: as many as the wire takes."""
        return self._setup().push.paid_rate if flight.paid else self._setup().push_rate

    def _enough(self, flight: Flight) -> int:
        """So many who have come back are worth a transaction."""
        share, rate = math.ceil(self._in_flight * SHARE), self._rate(flight)
        return min(share, max(1, round(rate * SPELL))) if rate else share

    def _most(self, flight: Flight) -> int:
        """So many may be on their way: at a low rate no more than are needed, so that nobody is claimed long before."""
        rate = self._rate(flight)
        return min(self._in_flight, self._enough(flight) + max(LEAST, round(rate * SPARE))) if rate else self._in_flight

    async def _send_one(self, trip: Trip) -> tuple[Receipt, ...]:
        """Send the messages of one person in order, up to the first that does not arrive."""
        parcel, receipts = trip.parcel, list[Receipt]()
        send = partial(self._send, parcel.user_id, lane=PAID if parcel.paid else PUSHES, leaves=trip.leaves)
        for content in parcel.contents:
            receipts.append(await send(content))
            if receipts[-1].outcome is not Outcome.SENT:
                break
        return tuple(receipts)
