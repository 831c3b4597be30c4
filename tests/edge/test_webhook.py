"""The webhook: nobody but Telegram, nothing too large, and 200 only for what is stored."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr
from sqlalchemy.exc import OperationalError

from bot.config import Webhook as Settings
from bot.intake import Intake
from bot.problem import TokenRejected
from bot.pulse import Pulse
from bot.services import inbox
from bot.services.database import Database
from bot.turns import Turns, Waiting
from bot.webhook import HEADER, LARGEST, PATH, SLOWEST, Webhook
from tests.edge.telegram import ScriptedTelegram
from tests.edge.test_intake import message
from tests.edge.timeline import Timeline
from tests.ports import unused_port
from tests.secrets_said import WEBHOOK

SECRET = WEBHOOK


class Caller:
    """Telegram, or somebody who says so."""

    def __init__(self, port: int, database: Database, session: aiohttp.ClientSession) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.database = database
        self.session = session

    async def post(self, body: Any, secret: str | None = SECRET, path: str = PATH) -> int:
        headers = {} if secret is None else {HEADER: secret}
        how: dict[str, Any] = {"data": io.BytesIO(body)} if isinstance(body, bytes) else {"json": body}
        async with self.session.post(self.address + path, headers=headers, **how) as response:
            return response.status

    async def stored(self) -> list[int]:
        return [row.update_id for row in await self.database.read(inbox.open_updates)]


class DiskFull(Intake):
    """Cannot store anything."""

    async def store(self, updates: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("disk full"))


async def never(waiting: Waiting, *error: Exception) -> None:
    await asyncio.Event().wait()


@asynccontextmanager
async def serving(database: Database, kind: type[Intake] = Intake, slowest: float = SLOWEST) -> AsyncIterator[Caller]:
    """A webhook that Telegram has been told of, and somebody to call it."""
    telegram, port, time = ScriptedTelegram(), unused_port(), Timeline()
    telegram.will_answer("setWebhook", True)
    turns = Turns(never, never, database, time)
    settings = Settings(port=port, url="https://bot.example/", secret_token=SecretStr(SECRET))
    intake, pulse = kind(database, turns, time), Pulse(time)
    task = asyncio.create_task(Webhook(settings, telegram.wire(), intake, pulse, slowest=slowest).run())
    async with asyncio.timeout(10):
        while not telegram.asked("setWebhook"):
            await asyncio.sleep(0)
    (asked,) = telegram.asked("setWebhook")
    assert (asked["url"], asked["secret_token"]) == ("https://bot.example" + PATH, SECRET)
    assert asked["max_connections"] == 100
    async with aiohttp.ClientSession() as session:
        yield Caller(port, database, session)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await turns.stop(patience=0)


@pytest.fixture
async def caller(database: Database) -> AsyncIterator[Caller]:
    async with serving(database) as caller:
        yield caller


async def test_an_update_is_a_row_when_telegram_gets_its_200(caller: Caller) -> None:
    assert await caller.post(message(7)) == 200
    assert await caller.stored() == [7]


async def test_the_same_update_twice_is_one_row_and_two_times_200(caller: Caller) -> None:
    assert [await caller.post(message(7)), await caller.post(message(7))] == [200, 200]
    assert await caller.stored() == [7]


@pytest.mark.parametrize("secret", [None, "", "wrong", "only-telegram-know", SECRET + "s", "schlüssel"])
async def test_without_the_secret_nothing_is_read(caller: Caller, secret: str | None) -> None:
    assert await caller.post(message(7), secret) == 403
    assert await caller.stored() == []


NO_ID = (b'{"update_id": "7"}', b'{"message": {}}', b'{"update_id": true}', b'{"update_id": 9223372036854775808}')


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", *NO_ID, b"[" * 100_000, b"\xff\xfe"])
async def test_what_is_no_update_is_refused(caller: Caller, body: bytes) -> None:
    assert await caller.post(body) == 400
    assert await caller.stored() == []


async def test_a_huge_body_is_refused(caller: Caller) -> None:
    assert await caller.post(b'{"update_id": 7, "x": "' + b"x" * LARGEST + b'"}') == 413


async def test_nobody_holds_a_call_open_by_sending_its_body_slowly(database: Database) -> None:
    async with serving(database, slowest=0.1) as caller, asyncio.timeout(10):
        begun = f"POST {PATH} HTTP/1.1\r\nHost: x\r\n{HEADER}: {SECRET}\r\nContent-Length: 100\r\n\r\n{{"
        reader, writer = await asyncio.open_connection("127.0.0.1", int(caller.address.rpartition(":")[2]))
        writer.write(begun.encode())
        assert (await reader.readline()).split()[1] == b"408"
        writer.close()
        assert await caller.stored() == []


async def test_other_addresses_do_not_exist(caller: Caller) -> None:
    assert await caller.post(message(7), path="/") == 404


async def test_what_cannot_be_stored_is_asked_for_again(database: Database) -> None:
    async with serving(database, DiskFull) as caller:
        assert await caller.post(message(7)) == 503


async def test_a_rejected_token_ends_it(database: Database) -> None:
    telegram, time = ScriptedTelegram(), Timeline()
    telegram.will_answer("setWebhook", (401, "Unauthorized"))

    intake = Intake(database, Turns(never, never, database, time), time)
    with pytest.raises(TokenRejected):
        await Webhook(
            Settings(port=unused_port(), url="https://x.example"), telegram.wire(), intake, Pulse(Timeline())
        ).run()


async def test_without_a_configured_secret_one_is_made_up(database: Database) -> None:
    telegram, time = ScriptedTelegram(), Timeline()
    telegram.will_answer("setWebhook", (401, "Unauthorized"))

    intake = Intake(database, Turns(never, never, database, time), time)
    for _ in range(2):
        with pytest.raises(TokenRejected):
            await Webhook(
                Settings(port=unused_port(), url="https://x.example"), telegram.wire(), intake, Pulse(Timeline())
            ).run()
    first, second = (call["secret_token"] for call in telegram.asked("setWebhook"))
    assert first != second and len(first) >= 32
