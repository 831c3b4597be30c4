"""A running sandbox, its cast, and an unmodified python-telegram-bot against it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import aiohttp
import pytest
import telegram

from sandbox import Person, Sandbox, Settings


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


Ask = Callable[..., Coroutine[Any, Any, dict[str, Any]]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings() -> Settings:
    return Settings()


@pytest.fixture
async def sandbox(clock: Clock, settings: Settings) -> AsyncIterator[Sandbox]:
    async with Sandbox(settings, clock=clock, seed=1) as running:
        yield running


@pytest.fixture
async def vera(sandbox: Sandbox) -> Person:
    return await sandbox.client.person("Vera", id=101, username="vera_v", language="de", phone="+43 1 23")


@pytest.fixture
async def victor(sandbox: Sandbox) -> Person:
    return await sandbox.client.person("Victor", id=102)


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[telegram.Bot]:
    made = telegram.Bot(sandbox.token, base_url=f"{sandbox.url}/bot", base_file_url=f"{sandbox.url}/file/bot")
    async with made:
        yield made


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def ask(sandbox: Sandbox, http: aiohttp.ClientSession) -> Ask:
    """Call a method with JSON parameters; the whole envelope."""

    async def call(method: str, **params: Any) -> dict[str, Any]:
        async with http.post(f"{sandbox.url}/bot{sandbox.token}/{method}", json=params) as response:
            body: dict[str, Any] = await response.json()
            assert body["ok"] or response.status == body["error_code"]
            return body

    return call
