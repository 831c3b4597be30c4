"""A real browser for the tests of this folder."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest

from tests.browser.chromium import NAMES, Chromium, Page, executable


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """An empty tab, 1440 × 900. Skipped with the reason where there is no Chromium; never in CI."""
    if executable() is None and not os.environ.get("CI"):
        pytest.skip(f"no Chromium on the PATH (looked for {', '.join(NAMES)})")
    async with Chromium() as browser:
        yield await browser.page()
