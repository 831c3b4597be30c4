"""A real browser, a sandbox with people, a bot of a few lines, and the page open on them."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox import Sandbox
from tests.browser.chromium import NAMES, Chromium, Page, executable
from tests.browser.desk import CAST
from tests.browser.greeter import Greeter


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Chromium]:
    """One browser for all tests. Skipped with the reason where there is no Chromium; never in CI."""
    if executable() is None and not os.environ.get("CI"):
        pytest.skip(f"no Chromium on the PATH (looked for {', '.join(NAMES)})")
    async with Chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Chromium) -> AsyncIterator[Page]:
    """An empty tab, 1440 × 900; each test's sandbox has an origin of its own, so tabs share nothing."""
    page = await browser.page()
    yield page
    await page.close()


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    """A sandbox with two visitors, a member of staff and an admin."""
    async with Sandbox() as sandbox:
        for person in CAST:
            sandbox.people.add(**person)
        yield sandbox


@pytest_asyncio.fixture(loop_scope="session")
async def bot(sandbox: Sandbox) -> AsyncIterator[Greeter]:
    """The bot of a few lines, awake."""
    async with Greeter(sandbox.url, sandbox.token) as bot:
        yield bot


@pytest_asyncio.fixture(loop_scope="session")
async def desk(sandbox: Sandbox, bot: Greeter, page: Page) -> AsyncIterator[Page]:
    """The page, open; afterwards it must not have complained, nor asked for anything elsewhere."""
    await page.goto(sandbox.url)
    await page.wait_for("document.querySelectorAll('.hello').length === 4")
    yield page
    assert page.console == []
    assert page.failures == []
    own = (sandbox.url, sandbox.url.replace("http", "ws", 1), "blob:", "data:")
    assert [url for url in page.requests if not url.startswith(own)] == []
