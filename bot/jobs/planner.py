"""The planner: the people of a run that has begun become rows of the ledger, a piece at a time."""

from __future__ import annotations

from collections.abc import Callable

from bot.services import deliveries_plan
from bot.services.clock import Clock
from bot.services.database import Database
from bot.services.setup import Setup


class Planner:
    """Plans runs. What it has done is in the ledger: after a crash it begins again, and nobody stands there twice."""

    def __init__(self, database: Database, setup: Callable[[], Setup], clock: Clock) -> None:
        """`setup` gives the setup of the moment."""
        self._database = database
        self._setup = setup
        self._clock = clock
        self._closing = False

    def close(self) -> None:
        """Write no further piece."""
        self._closing = True

    async def plan(self, run_id: int) -> None:
        """Write the deliveries of a run that has begun; nothing where it is not being planned."""
        gathered = await self._database.read(deliveries_plan.gather, run_id, setup=self._setup(), now=self._clock.now())
        if gathered is None:
            return
        after: int | None = 0
        while after is not None and not self._closing:
            after = await self._database.write(
                deliveries_plan.write_piece, run_id, gathered, after=after, now=self._clock.now()
            )
