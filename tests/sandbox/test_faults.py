"""The server misbehaves exactly as it is told, and limits sending when it is asked to."""

from __future__ import annotations

import asyncio

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


@pytest.mark.parametrize(
    "rule", [{"close": "sometimes"}, {"hold": 1}, {"error": {}, "chat_id": "x"}, {"error": {"code": "x"}}]
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
