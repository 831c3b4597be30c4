"""Updates are posted to the bot's own address: in order per chat, again until taken, with the secret."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from sandbox import Person, Sandbox, Settings
from tests.sandbox.conftest import Ask


class Hook:
    """A bot's webhook that keeps what it gets and answers as it is told."""

    def __init__(self) -> None:
        self.url = ""
        self.got: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.secrets: list[str | None] = []
        self.statuses: list[int] = []
        self.answer: dict[str, Any] | None = None
        self.gates: dict[int, asyncio.Event] = {}

    async def take(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.got.put_nowait(update)
        gate = self.gates.get(update["message"]["chat"]["id"])
        if gate:
            await gate.wait()
        status = self.statuses.pop(0) if self.statuses else 200
        if self.answer and status == 200:
            return web.json_response(self.answer)
        return web.Response(status=status)

    async def text(self) -> str:
        return str((await asyncio.wait_for(self.got.get(), 5))["message"]["text"])


@pytest.fixture
def settings() -> Settings:
    return Settings(webhook_first_retry=0.001)


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    made = Hook()
    app = web.Application()
    app.router.add_post("/hook", made.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield made
    await runner.cleanup()


async def test_updates_come_with_the_secret_also_those_that_waited(ask: Ask, vera: Person, hook: Hook) -> None:
    await vera.write("before")
    assert (await ask("setWebhook", url=hook.url, secret_token="s-1"))["description"] == "Webhook was set"
    assert (await ask("setWebhook", url=hook.url, secret_token="s-1"))["description"] == "Webhook is already set"
    assert await hook.text() == "before"
    await vera.write("after")
    assert await hook.text() == "after"
    assert hook.secrets == ["s-1", "s-1"]


async def test_one_chat_keeps_its_order_and_others_do_not_wait(
    ask: Ask, vera: Person, victor: Person, hook: Hook
) -> None:
    hook.gates[101] = asyncio.Event()
    await ask("setWebhook", url=hook.url)
    await vera.write("a1")
    await vera.write("a2")
    await victor.write("b1")
    assert {await hook.text(), await hook.text()} == {"a1", "b1"}
    await victor.write("b2")
    assert await hook.text() == "b2"
    hook.gates[101].set()
    assert await hook.text() == "a2"


async def test_a_refused_update_comes_again_before_the_next(ask: Ask, vera: Person, hook: Hook) -> None:
    hook.statuses = [500, 503, 200]
    await ask("setWebhook", url=hook.url)
    await vera.write("a")
    await vera.write("b")
    assert [await hook.text() for _ in range(4)] == ["a", "a", "a", "b"]
    info = (await ask("getWebhookInfo"))["result"]
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"


async def test_a_retry_planned_for_an_address_before_does_not_overtake_what_is_on_its_way(
    ask: Ask, sandbox: Sandbox, vera: Person, hook: Hook
) -> None:
    """A bot that died comes back and sets its webhook anew while the old pause still runs."""
    hook.gates[101] = asyncio.Event()
    await ask("setWebhook", url=hook.url)
    await vera.write("a")
    assert await hook.text() == "a"
    sandbox.world.webhook._wake(101)  # the end of the old pause
    await vera.write("b")
    assert hook.got.empty()
    hook.gates[101].set()
    assert await hook.text() == "b"


async def test_nobody_there_is_told(ask: Ask, vera: Person) -> None:
    await ask("setWebhook", url="http://127.0.0.1:1/hook", allowed_updates=["message"])
    await vera.write("a")
    while "last_error_message" not in (info := (await ask("getWebhookInfo"))["result"]):
        pass
    assert info["last_error_message"] == "Connection refused"
    assert info["pending_update_count"] == 1
    assert info["allowed_updates"] == ["message"]


async def test_the_answer_may_carry_a_method(ask: Ask, vera: Person, hook: Hook) -> None:
    await vera.start()
    hook.answer = {"method": "sendMessage", "chat_id": 101, "text": "From the hook"}
    await ask("setWebhook", url=hook.url, drop_pending_updates=True)
    await vera.write("Hello")
    assert (await vera.heard(1))[0]["text"] == "From the hook"


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"url": "ftp://x.org"}, "invalid webhook URL specified"),
        ({"url": "http://x.org/"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "https://x.org:1234/"}, "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"),
        ({"url": "https://x.org/", "secret_token": "x" * 257}, "secret token is too long"),
        ({"url": "https://x.org/", "secret_token": "ä"}, "secret token contains unallowed characters"),
    ],
)
async def test_wrong_addresses_are_refused(ask: Ask, params: dict[str, str], reason: str) -> None:
    assert (await ask("setWebhook", **params))["description"] == f"Bad Request: {reason}"


async def test_updates_are_posted_twice_by_a_rule(ask: Ask, sandbox: Sandbox, vera: Person, hook: Hook) -> None:
    await sandbox.client.fault(method="webhook", updates="twice", times=1)
    await ask("setWebhook", url=hook.url)
    await vera.write("a")
    await vera.write("b")
    assert [await hook.text() for _ in range(3)] == ["a", "a", "b"]


async def test_updates_of_a_chat_are_posted_in_the_wrong_order_by_a_rule(
    ask: Ask, sandbox: Sandbox, vera: Person, hook: Hook
) -> None:
    for text in "abc":
        await vera.write(text)
    await sandbox.client.fault(method="webhook", updates="reordered", times=1)
    await ask("setWebhook", url=hook.url)
    assert [await hook.text() for _ in range(3)] == ["b", "c", "a"]
