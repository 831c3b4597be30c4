"""SIGHUP: what can change while the bot runs holds at once; a config that cannot be used changes nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.app import furnish
from bot.config import load
from bot.installation import differing, reload
from bot.outside import Requests
from bot.services.database import Database
from tests.clock import FakeClock
from tests.edge.telegram import TOKEN, ScriptedTelegram
from tests.ui.cast import SETUP


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def written(path: Path, more: str) -> Path:
    path.write_text(f'[telegram]\ntoken = "{TOKEN}"\n[log]\nlevel = "error"\n{more}')
    return path


async def test_the_config_is_read_again(database: Database, clock: FakeClock, tmp_path: Path) -> None:
    path = written(tmp_path / "config.toml", "")
    before, telegram = load(path, {}), ScriptedTelegram()
    requests: Any = Requests(telegram, telegram)  # type: ignore[arg-type]
    house = furnish(before, clock, database, requests, SETUP)
    written(path, '[admin]\nowners = [7]\n[push]\ntime_zone = "Asia/Tokyo"\n[telegram.webhook]\nport = 88\n')
    after = await reload(house, before, path)
    assert differing(before, after) == ["telegram.webhook.port", "admin.owners", "push.time_zone"]
    assert house.setup.owners == {7} and house.setup.zone.key == "Asia/Tokyo"
    written(path, '[push]\ntime_zone = "Nowhere"\n')
    assert await reload(house, after, path) == after
    assert house.setup.zone.key == "Asia/Tokyo"
