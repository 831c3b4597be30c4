"""One of several workers: gives signs of life, stands for election, and notices when it is too old for the database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.backoff import Backoff
from bot.config import Config
from bot.duties import Duties
from bot.limits import Sleep
from bot.services import engines, workers
from bot.services.clock import Clock
from bot.services.database import Database
from bot.services.election import Election
from bot.services.setup import LEASES
from bot.services.workers import Company

log = structlog.get_logger(__name__)

#: Signs of life in the time after which a worker is taken for dead.
BEATS = 5


class Worker:
    """This process among the others. Only whoever leads plans, waits and sends what nobody has at hand."""

    def __init__(
        self, database: Database, url: str, clock: Clock, takeover: float, sleep: Sleep = asyncio.sleep
    ) -> None:
        """`takeover`: seconds after which a silent worker is taken for dead."""
        self._database = database
        self._election = Election(url, takeover)
        self._clock = clock
        self._takeover = takeover
        self._sleep = sleep
        self._storage = Backoff("the database")
        self._elected = False
        self._heard_until = 0.0
        #: When somebody was heard of last who leads.
        self._led_at = clock.monotonic()
        self._on_duty = False
        self.id = 0

    @property
    def lease(self) -> float:
        """Seconds for which an answer is nobody else's."""
        return self._takeover * LEASES

    def leads(self) -> bool:
        """Whether this one plans and sends, for sure: who was asleep finds that somebody else may by now."""
        return self._elected and self._clock.monotonic() < self._heard_until

    async def enter(self) -> None:
        """Begin."""
        self.id = await self._database.write(workers.enter)

    async def leave(self) -> None:
        """End: what is not done is anybody's, at once."""
        self._elected = False
        await asyncio.to_thread(self._election.close)
        try:
            await self._database.write(workers.leave, self.id)
        except SQLAlchemyError as away:
            log.warning("the others will find out that this worker has ended", reason=str(away))

    async def run(self, duties: Duties, follow: Callable[[Company, bool], object]) -> None:
        """Beat until cancelled; `follow` is told who is at work. Raises `DatabaseProblem` once the schema is newer."""
        while True:
            try:
                company = await self.beat()
            except SQLAlchemyError as away:
                self._elected = self.leads()
                await self._sleep(min(self._storage.failed(str(away)), self._takeover / BEATS))
            else:
                self._storage.worked()
                engines.refuse_newer(company.schema)
                follow(company, self._elected)
                await self._change_duty(duties)
                await self._sleep(self._takeover / BEATS)

    async def beat(self) -> Company:
        """One sign of life, and the election. Raises SQLAlchemyError."""
        begun = self._clock.monotonic()
        patience = timedelta(seconds=self._takeover)
        company = await self._database.write(workers.beat, self.id, leads=self._elected, patience=patience)
        if company.is_led or self._elected:
            self._led_at = begun
        orphaned = begun - self._led_at > self._takeover / 2
        was, self._elected = self._elected, await asyncio.to_thread(self._election.stand, unseat=orphaned)
        self._heard_until = begun + self._takeover * (BEATS - 1) / BEATS
        if was != self._elected:
            log.info("this worker leads now" if self._elected else "this worker leads no more", worker=self.id)
            await self._database.write(workers.beat, self.id, leads=self._elected, patience=patience)
        return company

    async def _change_duty(self, duties: Duties) -> None:
        if self._elected and not self._on_duty:
            await duties.start()
        elif self._on_duty and not self._elected:
            await duties.stop()
        self._on_duty = self._elected


def not_for_workers(config: Config) -> str | None:
    """Why several processes cannot share this bot; None: they can."""
    if not config.database.url.get_secret_value().startswith("postgres"):
        return 'Workers share one PostgreSQL: set [database] url = "postgresql://…", or run without --worker.'
    if config.telegram.mode != "webhook":
        return 'Workers stand behind one webhook: set [telegram] mode = "webhook", or run without --worker.'
    return None
