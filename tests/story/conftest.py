"""The fixture that tells a story; on SQLite, where a test does not ask for both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.story.people import Story, telling


@pytest.fixture
async def story(sqlite_url: str) -> AsyncIterator[Story]:
    """Everybody is there, and the bot runs."""
    async with telling(sqlite_url) as story:
        yield story


@pytest.fixture
async def story_on_both(url: str) -> AsyncIterator[Story]:
    """The same on SQLite and on PostgreSQL."""
    async with telling(url) as story:
        yield story
