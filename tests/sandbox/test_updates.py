"""The queue of updates: offsets, expiry, kinds, and a poll that truly waits."""

from __future__ import annotations

import asyncio

from sandbox import Person, Sandbox
from tests.sandbox.conftest import Ask, Clock


async def texts(ask: Ask, **params: object) -> list[str]:
    return [update["message"]["text"] for update in (await ask("getUpdates", **params))["result"]]


async def test_without_an_offset_nothing_is_confirmed(ask: Ask, vera: Person) -> None:
    await vera.write("a")
    assert await texts(ask) == ["a"]
    assert await texts(ask, offset=0) == ["a"]


async def test_an_offset_confirms_everything_below(ask: Ask, vera: Person) -> None:
    for text in "abc":
        await vera.write(text)
    first = (await ask("getUpdates", limit=1))["result"][0]["update_id"]
    assert await texts(ask, offset=first + 1, limit="1") == ["b"]
    assert await texts(ask) == ["b", "c"]
    assert await texts(ask, offset=first + 3) == []


async def test_a_negative_offset_keeps_the_last_ones(ask: Ask, vera: Person) -> None:
    for text in "abc":
        await vera.write(text)
    assert await texts(ask, offset=-2) == ["b", "c"]
    assert await texts(ask) == ["b", "c"]


async def test_a_poll_waits_for_the_first_update(ask: Ask, vera: Person, sandbox: Sandbox) -> None:
    online = asyncio.Event()
    sandbox.world.bus.listen(lambda event: online.set())
    waiting = asyncio.create_task(ask("getUpdates", timeout=30))
    await online.wait()
    assert not waiting.done()
    await vera.write("a")
    assert len((await waiting)["result"]) == 1


async def test_updates_expire(ask: Ask, vera: Person, clock: Clock) -> None:
    await vera.start()
    keys = {"inline_keyboard": [[{"text": "a", "callback_data": "a"}]]}
    await ask("sendMessage", chat_id=101, text="Well?", reply_markup=keys)
    await vera.press_only("a")
    clock.now += 150
    assert await texts(ask) == ["/start"]
    clock.now += 86_400
    assert await texts(ask) == []


async def test_kinds_are_chosen_when_an_update_is_made_and_remembered(ask: Ask, vera: Person, sandbox: Sandbox) -> None:
    await ask("getUpdates", allowed_updates=["callback_query"])
    await vera.write("a")
    assert await texts(ask) == []
    await ask("getUpdates", allowed_updates="broken")
    await vera.write("b")
    assert await texts(ask) == []
    await ask("getUpdates", allowed_updates=[])
    await vera.write("c")
    assert await texts(ask) == ["c"]
    assert sandbox.world.updates.add("message_reaction", {}, 101) is None
    assert sandbox.world.departures.total == 1
    sandbox.world.departures.clear()


async def test_a_webhook_ends_the_poll_and_forbids_others(ask: Ask, sandbox: Sandbox) -> None:
    online = asyncio.Event()
    sandbox.world.bus.listen(lambda event: online.set())
    waiting = asyncio.create_task(ask("getUpdates", timeout=30))
    await online.wait()
    await ask("setWebhook", url="https://x.org/hook")
    assert (await waiting)["description"] == "Conflict: terminated by setWebhook request"
    assert "can't use getUpdates method while webhook is active" in (await ask("getUpdates"))["description"]
    assert (await ask("deleteWebhook"))["description"] == "Webhook was deleted"
    assert (await ask("deleteWebhook"))["description"] == "Webhook is already deleted"


async def test_the_page_sees_whether_the_bot_is_there(ask: Ask, sandbox: Sandbox) -> None:
    assert not (await sandbox.client.state())["bot"]["online"]
    await ask("getUpdates")
    assert (await sandbox.client.state())["bot"]["online"]
