"""The watchdogs: every few seconds they look at what would go wrong in silence, and tell owners of each change."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import structlog
from sqlalchemy.exc import DBAPIError
from telegram.error import TelegramError

from bot import metrics, systemd, texts
from bot.doctor_machine import skew_of
from bot.flow.content import Content
from bot.flow.markup import escape
from bot.health import Health
from bot.house import House
from bot.intake import POLL
from bot.limits import Lane, Sleep
from bot.pulse import Pulse
from bot.services import health as queues
from bot.services import staff
from bot.services.receipt import Outcome
from bot.wire import Call

log = structlog.get_logger(__name__)

#: Seconds between two looks, and between two that ask Telegram or read all queues.
LOOK, SELDOM, RARELY = 5.0, 30.0, 3600.0
#: Seconds without a completed poll, after which its HTTP client is built anew.
WEDGED = 2 * POLL + 30.0
#: Seconds without a call of the webhook, after which Telegram is asked whether updates wait.
UNCALLED = 600.0
#: Ages in seconds that are too much, free bytes that are too few, seconds that the clock may be wrong.
OLD_UPDATE, OLD_MESSAGE, FULL, SKEWED = 60.0, 300.0, 100 * 1024**2, 30.0


@dataclass(frozen=True, slots=True)
class Patient:
    """What is watched beside the house."""

    pulse: Pulse
    #: Builds the HTTP client of polling anew; None: updates come by webhook.
    renew: Callable[[], Awaitable[None]] | None
    #: The folder of a SQLite database.
    folder: Path | None
    api_url: str
    #: Free bytes there that are too few.
    least_free: int = FULL


class Watchdogs:
    """Looks for ever; begin it in the background and cancel it at the end."""

    def __init__(self, health: Health, house: House, patient: Patient, sleep: Sleep = asyncio.sleep) -> None:
        self._health = health
        self._house = house
        self._patient = patient
        self._sleep = sleep
        #: What each owner knows of, by owner and trouble.
        self._told: set[tuple[int, str]] = set()
        self._due: dict[str, float] = {}
        self._renewed = house.clock.monotonic()

    async def run(self) -> None:
        """One look after another, until cancelled."""
        while True:
            await self.look()
            systemd.notify("WATCHDOG=1")
            await self._sleep(LOOK)

    async def look(self) -> None:
        """Look at everything whose time has come, then tell."""
        await self._way_in()
        self._disk()
        if self._is_time("queues", SELDOM):
            await self._queues()
        if self._is_time("clock", RARELY):
            await self._clock()
        await self._tell()

    def _is_time(self, what: str, every: float) -> bool:
        now = self._house.clock.monotonic()
        if now < self._due.get(what, 0.0):
            return False
        self._due[what] = now + every
        return True

    async def _way_in(self) -> None:
        pulse = self._patient.pulse
        metrics.SILENCE.set(pulse.silence)
        self._health.note("conflict", pulse.conflict)
        self._health.note("storage", pulse.storage)
        if self._patient.renew is not None:
            await self._polling(self._patient.renew)
        elif pulse.silence > UNCALLED and self._is_time("webhook", UNCALLED):
            await self._webhook()
        elif pulse.silence <= UNCALLED:
            self._health.note("webhook", None)

    async def _polling(self, renew: Callable[[], Awaitable[None]]) -> None:
        """A connection can be half open for ever: the other side is gone, and nobody says so."""
        silence = self._patient.pulse.silence
        busy = self._patient.pulse.storage is not None
        if silence <= WEDGED or busy:
            self._health.note("polling", None)
            return
        self._health.note("polling", f"no poll has ended for {silence:.0f} seconds")
        if self._house.clock.monotonic() - self._renewed > WEDGED:
            self._renewed = self._house.clock.monotonic()
            metrics.REBUILDS.inc()
            log.warning("polling gets a new HTTP client", silence=round(silence))
            await renew()

    async def _webhook(self) -> None:
        try:
            info = await self._house.wire.call(Call("getWebhookInfo"))
        except TelegramError as error:
            log.warning("the webhook cannot be asked for", reason=error.message)
            return
        waiting, reason = info.get("pending_update_count", 0), info.get("last_error_message", "it does not say why")
        self._health.note("webhook", f"{waiting} updates wait at Telegram, {reason}" if waiting else None)

    async def _queues(self) -> None:
        try:
            found = await self._house.database.read(queues.queues, self._house.clock.now())
        except DBAPIError as error:
            self._health.note("database", str(error.orig).strip().splitlines()[0])
            return
        self._health.note("database", None)
        for gauge, value in (
            (metrics.INBOX_ROWS, found.inbox),
            (metrics.INBOX_AGE, found.inbox_age),
            (metrics.OUTBOX_ROWS, found.outbox),
            (metrics.OUTBOX_AGE, found.outbox_age),
            (metrics.DEAD, found.dead),
        ):
            gauge.set(value)
        self._note_age("inbox", found.inbox_age, OLD_UPDATE)
        self._note_age("outbox", found.outbox_age, OLD_MESSAGE)

    def _note_age(self, what: str, age: float, most: float) -> None:
        self._health.note(what, f"the oldest row waits for {age:.0f} seconds" if age > most else None)

    def _disk(self) -> None:
        if self._patient.folder is None:
            return
        free = shutil.disk_usage(self._patient.folder).free
        metrics.DISK_FREE.set(free)
        self._health.note("disk", f"{free // 1024**2} MB are free" if free < self._patient.least_free else None)

    async def _clock(self) -> None:
        try:
            skew = await skew_of(self._patient.api_url)
        except (aiohttp.ClientError, TimeoutError):
            return
        metrics.SKEW.set(skew or 0.0)
        wrong = skew is not None and abs(skew) > SKEWED
        self._health.note("clock", f"it is {skew:.0f} seconds ahead of Telegram's" if wrong else None)

    async def _tell(self) -> None:
        """Every owner hears of each trouble once, and of its end; where nothing gets through, at the next look."""
        troubles = self._health.troubles
        over = {told for told in self._told if told[1] not in troubles}
        if not troubles and not over:
            return
        for owner in await self._owners():
            for what, reason in troubles.items():
                if (owner, what) not in self._told and await self._says(owner, f"operator.{what}", reason):
                    self._told.add((owner, what))
            for told in sorted(over):
                if told[0] == owner and await self._says(owner, "operator.well_again", self._called(told[1])):
                    self._told.discard(told)

    async def _owners(self) -> list[int]:
        try:
            return await self._house.database.read(staff.owners, self._house.setup.owners)
        except DBAPIError:
            return sorted(self._house.setup.owners)

    def _called(self, what: str) -> str:
        return texts.say(self._house.setup.language, f"operator.name_{what}")

    async def _says(self, owner: int, key: str, reason: str) -> bool:
        words = texts.say(self._house.setup.language, key, reason=reason)
        receipt = await self._house.outbox.send_now(owner, Content(text=escape(words)), lane=Lane.ANSWER)
        return receipt.outcome is Outcome.SENT
