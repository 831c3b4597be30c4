"""All that watches a running bot, put together: the watchdogs, the event loop's, and the port for machines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.config import Config
from bot.health import Health
from bot.house import House
from bot.loop_watch import LoopWatch
from bot.pulse import Pulse
from bot.services import engines
from bot.telegram_http import AiohttpRequest
from bot.watch_server import watch_server
from bot.watchdogs import Patient, Watchdogs


@asynccontextmanager
async def watching(house: House, config: Config, pulse: Pulse, polls: AiohttpRequest) -> AsyncIterator[Health]:
    """Watch while the block runs. Raises PortTaken."""
    health = Health()
    folder = engines.folder_of(config.database.url.get_secret_value())
    renew = polls.renew if config.telegram.mode == "polling" else None
    dogs = Watchdogs(health, house, Patient(pulse, renew, folder, config.telegram.api_url))
    async with watch_server(config.watch, health):
        house.background.run(dogs.run(), "the watchdogs")
        with LoopWatch():
            yield health
