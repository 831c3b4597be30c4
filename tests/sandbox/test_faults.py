"""The server misbehaves exactly as it is told, and limits sending when it is asked to."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest

from sandbox import Person, Rates, Sandbox, Settings
from sandbox.rates import Limits
from tests.sandbox.conftest import Ask, Clock


async def test_too_many_requests_say_how_long_to_wait(
    sandbox: Sandbox, vera: Person, http: aiohttp.ClientSession
) -> None:
    await vera.start()
    await sandbox.client.fault(method="sendMessage", chat_id=101, times=1, error={"code": 429, "retry_after": 7})
    call = f"{sandbox.url}/bot{sandbox.token}/sendMessage?chat_id=101&text=a"
    async with http.get(call) as response:
        assert response.status == 429
        assert response.headers["Retry-After"] == "7"
        assert await response.json() == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 7",
            "parameters": {"retry_after": 7},
        }
    async with http.get(call) as response:
        assert response.status == 200


async def test_only_the_call_in_question_fails(ask: Ask, sandbox: Sandbox, vera: Person, victor: Person) -> None:
    await vera.start()
    await victor.start()
    await sandbox.client.fault(method="sendmessage", chat_id=101, on=2, error={"code": 502})
    outcomes = [(await ask("sendMessage", chat_id=chat, text="a"))["ok"] for chat in (101, 102, 101, 101)]
    assert outcomes == [True, True, False, True]
    [rule] = (await sandbox.client.get("/sim/faults"))["faults"]
    assert (rule["seen"], rule["hits"]) == (3, 1)


@pytest.mark.parametrize(("moment", "arrived"), [("before", 0), ("after", 1)])
async def test_the_connection_ends_before_or_after_acting(
    ask: Ask, sandbox: Sandbox, vera: Person, moment: str, arrived: int
) -> None:
    await vera.start()
    rule = await sandbox.client.fault(method="sendMessage", close=moment)
    with pytest.raises(aiohttp.ClientError):
        await ask("sendMessage", chat_id=101, text="a")
    assert len(await vera.heard_so_far()) == arrived
    assert len(await sandbox.client.log(method="sendMessage")) == 1
    await sandbox.client.mend(rule["id"])
    assert (await ask("sendMessage", chat_id=101, text="a"))["ok"]


@pytest.mark.parametrize(("moment", "arrived"), [("before", 0), ("after", 1)])
async def test_a_held_call_goes_on_when_the_rule_is_gone(
    ask: Ask, sandbox: Sandbox, vera: Person, moment: str, arrived: int
) -> None:
    await vera.start()
    await sandbox.client.fault(method="sendMessage", hold=moment)
    waiting = asyncio.create_task(ask("sendMessage", chat_id=101, text="a"))
    while (await sandbox.client.get("/sim/faults"))["faults"][0]["hits"] == 0:
        pass
    assert len(await vera.heard_so_far()) == arrived
    assert not waiting.done()
    await sandbox.client.mend()
    assert (await waiting)["ok"]


async def test_a_late_answer_has_acted_already(ask: Ask, sandbox: Sandbox, vera: Person) -> None:
    await vera.start()
    await sandbox.client.fault(delay=0.01)
    assert (await ask("sendMessage", chat_id=101, text="a"))["ok"]


async def test_a_connection_ends_before_the_request_is_read(ask: Ask, sandbox: Sandbox, vera: Person) -> None:
    await vera.start()
    await sandbox.client.fault(method="sendMessage", close="unread", times=1)
    with pytest.raises(aiohttp.ClientError):
        await ask("sendMessage", chat_id=101, text="a")
    assert await vera.heard_so_far() == []
    assert (await ask("sendMessage", chat_id=101, text="a"))["ok"]
    with pytest.raises(RuntimeError, match="which chat"):
        await sandbox.client.fault(close="unread", chat_id=101)


@pytest.mark.parametrize(("answer", "error"), [("half", aiohttp.ClientPayloadError), ("garbled", json.JSONDecodeError)])
async def test_an_answer_arrives_broken_though_the_call_was_carried_out(
    ask: Ask, sandbox: Sandbox, vera: Person, answer: str, error: type[Exception]
) -> None:
    await vera.start()
    await sandbox.client.fault(method="sendMessage", answer=answer)
    with pytest.raises(error):
        await ask("sendMessage", chat_id=101, text="a")
    assert len(await vera.heard(1)) == 1


async def test_the_same_seed_hits_the_same_calls(ask: Ask, sandbox: Sandbox) -> None:
    outcomes = []
    for _ in range(2):
        rule = await sandbox.client.fault(method="getMe", probability=0.5, seed=7, error={"code": 500})
        outcomes.append([(await ask("getMe"))["ok"] for _ in range(12)])
        await sandbox.client.mend(rule["id"])
    assert outcomes[0] == outcomes[1]
    assert len(set(outcomes[0])) == 2


@pytest.mark.parametrize(("how", "texts"), [("twice", ["a", "a", "b", "b"]), ("reordered", ["b", "a"])])
async def test_updates_come_twice_or_in_the_wrong_order(
    ask: Ask, sandbox: Sandbox, vera: Person, how: str, texts: list[str]
) -> None:
    await sandbox.client.fault(method="getUpdates", updates=how, times=1)
    assert (await ask("getUpdates"))["result"] == []
    await vera.write("a")
    await vera.write("b")
    assert [update["message"]["text"] for update in (await ask("getUpdates"))["result"]] == texts
    assert [update["message"]["text"] for update in (await ask("getUpdates"))["result"]] == ["a", "b"]


@pytest.mark.parametrize("code", [401, 409])
async def test_a_revoked_token_or_a_second_poller_ends_a_waiting_poll(ask: Ask, sandbox: Sandbox, code: int) -> None:
    online = asyncio.Event()
    sandbox.world.bus.listen(lambda event: online.set())
    waiting = asyncio.create_task(ask("getUpdates", timeout=30))
    await online.wait()
    await sandbox.client.fault(error={"code": code})
    assert (await waiting)["error_code"] == code
    assert (await ask("getMe"))["error_code"] == code


async def test_the_clock_is_set_ahead(ask: Ask, sandbox: Sandbox, vera: Person, clock: Clock) -> None:
    await vera.start()
    await sandbox.client.clock(ahead=3600)
    assert (await ask("sendMessage", chat_id=101, text="a"))["result"]["date"] == int(clock.now) + 3600
    assert (await sandbox.client.get("/sim/clock"))["ahead"] == 3600
    with pytest.raises(RuntimeError, match="number of seconds"):
        await sandbox.client.post("/sim/clock", {"ahead": "x"})


async def test_the_page_hears_of_each_rule_that_hits(ask: Ask, sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    async with http.ws_connect(f"{sandbox.url}/sim/events") as socket:
        await socket.receive_json()
        await sandbox.client.fault(method="getMe", error={"code": 500})
        await ask("getMe")
        told = [await socket.receive_json() for _ in range(2)]
        assert [event["faults"][0]["hits"] for event in told] == [0, 1]
        await sandbox.client.mend()
        assert (await socket.receive_json())["faults"] == []


@pytest.mark.parametrize(
    "rule",
    [
        {"close": "sometimes"},
        {"chat": 101, "close": "after"},
        {"hold": 1},
        {"error": {}, "chat_id": "x"},
        {"error": {"code": "x"}},
    ],
)
async def test_wrong_rules_are_refused(sandbox: Sandbox, rule: dict[str, object]) -> None:
    with pytest.raises(RuntimeError):
        await sandbox.client.fault(**rule)


class TestRates:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(rates=Rates(chat_per_second=1, chat_burst=2, all_per_second=30, all_burst=3))

    async def test_a_burst_passes_and_then_the_chat_waits(
        self, ask: Ask, vera: Person, victor: Person, clock: Clock
    ) -> None:
        await vera.start()
        await victor.start()
        sent = [await ask("sendMessage", chat_id=101, text="a") for _ in range(3)]
        assert [body["ok"] for body in sent] == [True, True, False]
        assert sent[2]["parameters"] == {"retry_after": 1}
        assert (await ask("sendMessage", chat_id=102, text="a"))["ok"]
        clock.now += 1
        assert (await ask("sendMessage", chat_id=101, text="a"))["ok"]

    async def test_all_chats_together_have_a_limit(self, clock: Clock, settings: Settings) -> None:
        limits = Limits(settings.rates, clock)
        for chat in range(3):
            limits.check("sendmessage", chat)
        with pytest.raises(Exception, match="retry after 1"):
            limits.check("copymessage", 9)
        limits.check("answercallbackquery", 9)
        limits.check("sendchataction", 9)
