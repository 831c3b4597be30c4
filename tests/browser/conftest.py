"""A real browser, a sandbox with people, a bot of a few lines, and the page open on them."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest

from sandbox import Sandbox
from tests.browser.chromium import NAMES, Chromium, Page, executable
from tests.browser.desk import CAST
from tests.browser.greeter import Greeter


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """An empty tab, 1440 × 900. Skipped with the reason where there is no Chromium; never in CI."""
    if executable() is None and not os.environ.get("CI"):
        pytest.skip(f"no Chromium on the PATH (looked for {', '.join(NAMES)})")
    async with Chromium() as browser:
        yield await browser.page()


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A sandbox with two visitors, a member of staff and an admin."""
    async with Sandbox() as sandbox:
        for person in CAST:
            sandbox.people.add(**person)
        yield sandbox


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Greeter]:
    """The bot of a few lines, awake."""
    async with Greeter(sandbox.url, sandbox.token) as bot:
        yield bot


@pytest.fixture
async def desk(sandbox: Sandbox, bot: Greeter, page: Page) -> AsyncIterator[Page]:
    """The page, open; afterwards it must not have complained, nor asked for anything elsewhere."""
    await page.goto(sandbox.url)
    await page.wait_for("document.querySelectorAll('.hello').length === 4")
    yield page
    assert page.console == []
    assert page.failures == []
    own = (sandbox.url, sandbox.url.replace("http", "ws", 1), "blob:", "data:")
    assert [url for url in page.requests if not url.startswith(own)] == []
