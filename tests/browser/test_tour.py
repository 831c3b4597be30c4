"""The pictures of the documentation can be taken again: the whole walk, with every screen that has one."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import demo
from bot.app import running
from sandbox import Sandbox
from tests.browser import past, tour
from tests.browser.camera import Camera
from tests.browser.chromium import Page
from tests.house.files import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

FLOW = ROOT / "flow.example.toml"
PICTURES = ROOT / "docs" / "pictures" / "screens"
#: `make screenshots` sets it: then the pictures of the documentation are replaced.
REPLACE = bool(os.environ.get("FRONTDESK_SCREENSHOTS"))


async def test_the_pictures_of_the_documentation_can_be_taken_again(page: Page, sqlite_url: str) -> None:
    async with Sandbox() as sandbox:
        config = demo.config_of(sandbox.url, sandbox.token, Path(sqlite_url.removeprefix("sqlite:///")).parent, FLOW)
        past.live(config, datetime.now(UTC))
        demo.people_meet(sandbox)
        for person in past.crowd():
            sandbox.people.add(**person)
        async with running(config):
            camera = Camera(page, PICTURES if REPLACE else None)
            await camera.open(sandbox.url)
            await tour.walk(camera)
    assert sorted(path.stem for path in PICTURES.glob("*.png")) == sorted(camera.taken)
    assert sum(path.stat().st_size for path in PICTURES.glob("*.png")) < 3_000_000
