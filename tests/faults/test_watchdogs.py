"""What goes wrong in silence is found, told once, and ends: R12, R14, R15, R22, R23."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from time import monotonic
from typing import Any

import aiohttp
import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy.exc import OperationalError
from telegram.error import NetworkError

from bot import systemd
from bot.app import furnish
from bot.config import Config, Watch, check
from bot.flow.content import Content
from bot.health import Health
from bot.house import House
from bot.intake import Intake, Polling
from bot.loop_watch import EXIT, LoopWatch
from bot.outside import Requests
from bot.problem import TokenRejected
from bot.pulse import Pulse
from bot.services import inbox, messages
from bot.services.database import Database
from bot.services.inbox import Accepted
from bot.services.outgoing_queue import outgoing
from bot.telegram_http import AiohttpRequest
from bot.turns import Turns, Waiting
from bot.watch_server import PortTaken, watch_server
from bot.watchdogs import OLD_MESSAGE, SELDOM, UNCALLED, WEDGED, Patient, Watchdogs
from bot.wire import Call, Wire
from tests.edge.telegram import ScriptedTelegram
from tests.edge.timeline import Timeline
from tests.ports import unused_port
from tests.ui.cast import ADA, SETUP, VERA, everyone

TOKEN = "123456789:" + "A" * 35


class Ward:
    """The watchdogs of a bot whose Telegram is a script."""

    def __init__(self, database: Database, folder: Path, *, polling: bool = True, **patient: Any) -> None:
        self.telegram, self.time, self.renewed = ScriptedTelegram(), Timeline(), 0
        self.pulse, self.health = Pulse(self.time), Health()
        self.health.started = True
        requests: Any = Requests(self.telegram, self.telegram)  # type: ignore[arg-type]
        self.house: House = furnish(config(), self.time, database, requests, SETUP)
        watched = {"api_url": "http://127.0.0.1:1", **patient}
        renew = self.renew if polling else None
        self.dogs = Watchdogs(self.health, self.house, Patient(self.pulse, renew, folder, **watched), self.time.sleep)

    async def renew(self) -> None:
        self.renewed += 1

    async def after(self, seconds: float) -> dict[str, str]:
        """What is not well so many seconds later."""
        self.time.forward(seconds=seconds)
        await self.dogs.look()
        return self.health.troubles

    def told(self) -> list[str]:
        """What Ada has read."""
        return [call["text"] for call in self.telegram.asked("sendMessage") if call["chat_id"] == ADA]


def config() -> Config:
    return check({"telegram": {"token": TOKEN, "rate": 0, "chat_rate": 0}}, Path("config.toml"))


@pytest.fixture
async def ward(database: Database, tmp_path: Path) -> Ward:
    await database.write(everyone)
    return Ward(database, tmp_path)


async def test_r15_polling_that_does_not_end_gets_a_new_client_and_readyz_is_red(ward: Ward) -> None:
    assert await ward.after(WEDGED - 1) == {}
    assert ward.health.ready
    assert list(await ward.after(2)) == ["polling"]
    assert not ward.health.ready and ward.renewed == 1
    await ward.after(5)
    assert ward.renewed == 1 and len(ward.told()) == 1 and "The bot gets no messages" in ward.told()[0]
    ward.pulse.beat()
    assert await ward.after(1) == {}
    await ward.after(5)
    assert ward.health.ready and len(ward.told()) == 2 and "Well again" in ward.told()[1]


async def test_r15_a_call_on_a_half_open_connection_ends_when_the_client_is_renewed() -> None:
    asked = asyncio.Event()

    async def never(request: web.Request) -> web.Response:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", never)
    runner, port = web.AppRunner(app, shutdown_timeout=0.1), unused_port()
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    request = AiohttpRequest(connections=2)
    await request.initialize()
    for _ in range(2):
        asked.clear()
        wire = Wire(request, f"http://127.0.0.1:{port}", TOKEN)
        poll = asyncio.create_task(wire.call(Call("getUpdates"), read_timeout=600))
        await asked.wait()
        await request.renew()
        with pytest.raises(NetworkError):
            await asyncio.wait_for(poll, 5)
    await request.shutdown()
    await runner.cleanup()


async def test_r22_a_conflict_names_its_cause_and_what_to_do(ward: Ward) -> None:
    webhook = (
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )
    ward.telegram.will_answer("getUpdates", (409, webhook))
    turns = Turns(_never, _never_parked, ward.house.database, ward.time, sleep=ward.time.sleep)
    polling = Polling(ward.telegram.wire(), Intake(ward.house.database, turns, ward.time), ward.pulse, ward.time.sleep)
    task = asyncio.create_task(polling.run())
    await ward.time.pass_by(60)
    assert len(ward.telegram.asked("getUpdates")) < 10, "never a tight loop"
    assert ward.telegram.asked("deleteWebhook") == [], "only on request"
    assert "frontdesk webhook delete" in (await ward.after(0))["conflict"]
    assert not ward.health.ready
    assert len(ward.told()) == 1 and "frontdesk webhook delete" in ward.told()[0]
    task.cancel()


async def _never(waiting: Waiting) -> None:
    raise AssertionError(waiting)


async def _never_parked(waiting: Waiting, error: Exception) -> None:
    raise AssertionError(error)


async def test_r23_a_revoked_token_ends_it_at_once_without_the_token(ward: Ward) -> None:
    ward.telegram.will_answer("getUpdates", [], (401, "Unauthorized"))
    turns = Turns(_never, _never_parked, ward.house.database, ward.time, sleep=ward.time.sleep)
    polling = Polling(ward.telegram.wire(), Intake(ward.house.database, turns, ward.time), ward.pulse, ward.time.sleep)
    with pytest.raises(TokenRejected) as ended:
        await asyncio.wait_for(polling.run(), 5)
    assert "@BotFather" in str(ended.value) and TOKEN not in str(ended.value)


async def test_r14_what_cannot_be_stored_is_told_and_ends_when_there_is_room(ward: Ward) -> None:
    ward.pulse.storage = "database or disk is full"
    troubles = await ward.after(1)
    assert troubles == {"storage": "database or disk is full"} and not ward.health.ready
    assert "wait at Telegram" in ward.told()[0]
    ward.pulse.storage = None
    assert await ward.after(1) == {}


async def test_r14_a_full_disk_stops_the_intake_and_not_the_bot(ward: Ward) -> None:
    """Nothing is confirmed to Telegram before it is stored; once there is room, all of it is taken."""
    room = [False, False, True]

    class Full(Intake):
        async def store(self, updates: Any) -> None:
            if not room.pop(0):
                raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    ward.telegram.will_answer("getUpdates", [{"update_id": 7}], NetworkError("the script is over"))
    turns = Turns(_never, _never_parked, ward.house.database, ward.time, sleep=ward.time.sleep)
    full = Full(ward.house.database, turns, ward.time)
    task = asyncio.create_task(Polling(ward.telegram.wire(), full, ward.pulse, ward.time.sleep).run())
    await ward.time.pass_by(0.5)
    assert list(await ward.after(0)) == ["storage"]
    assert len(ward.telegram.asked("getUpdates")) == 1
    await ward.time.pass_by(30)
    assert await ward.after(0) == {}
    assert ward.telegram.asked("getUpdates")[1]["offset"] == 8
    task.cancel()


async def test_no_webhook_for_long_is_a_trouble_only_while_updates_wait(database: Database, tmp_path: Path) -> None:
    ward = Ward(database, tmp_path, polling=False)
    ward.telegram.will_answer("getWebhookInfo", {"pending_update_count": 0}, {"pending_update_count": 3})
    assert await ward.after(UNCALLED + 1) == {}
    assert "3 updates wait at Telegram" in (await ward.after(UNCALLED + 1))["webhook"]
    ward.pulse.beat()
    assert await ward.after(1) == {}


async def test_an_update_or_a_message_that_waits_for_long_is_told(ward: Ward) -> None:
    now = ward.time.now()
    line = outgoing(VERA, Content(text="Hello"), author="flow")
    await ward.house.database.write(inbox.accept, [Accepted(7, VERA, "{}")], now)
    await ward.house.database.write(messages.write, [line], now=now)
    assert await ward.after(1) == {}
    ward.pulse.storage = "slow"  # so that nobody wonders about polling
    troubles = await ward.after(OLD_MESSAGE + 1)
    assert [troubles[what].rpartition(" for ")[0] for what in ("inbox", "outbox")] == ["the oldest row waits"] * 2
    assert len(ward.told()) == len(troubles)
    await ward.house.database.write(inbox.mark_done, 7, now)
    assert "inbox" not in await ward.after(SELDOM)


async def test_a_clock_that_is_wrong_and_a_disk_that_fills_up_are_told(database: Database, tmp_path: Path) -> None:
    async def early(request: web.Request) -> web.Response:
        return web.Response(headers={"Date": format_datetime(datetime.now(UTC) - timedelta(seconds=90), usegmt=True)})

    async with TestServer(_answering(early)) as server:
        await database.write(everyone)
        ward = Ward(database, tmp_path, api_url=str(server.make_url("/")), least_free=2**62)
        troubles = await ward.after(1)
    assert troubles["clock"].endswith("seconds ahead of Telegram's") and troubles["disk"].endswith("MB are free")
    assert len(ward.told()) == 2


def _answering(handler: Any) -> web.Application:
    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", handler)
    return app


async def test_owners_hear_of_it_as_soon_as_something_gets_through(ward: Ward) -> None:
    ward.telegram.will_answer("sendMessage", NetworkError("away"), {"message_id": 5})
    ward.pulse.storage = "full"
    await ward.after(1)
    await ward.after(1)
    await ward.after(1)
    assert len(ward.told()) == 2, "one attempt that failed, one that did not, and no third"


async def test_r12_a_call_that_blocks_the_loop_is_logged_with_its_stack() -> None:
    with structlog.testing.capture_logs() as lines, LoopWatch(look=0.01, slow=0.05, dead=30):
        await asyncio.to_thread(int)
        hang_for(0.3)
        await asyncio.to_thread(int)
    (line,) = [line for line in lines if "event loop hangs" in line["event"]]
    assert "hang_for" in line["stack"]


def hang_for(seconds: float) -> None:
    end = monotonic() + seconds
    while monotonic() < end:
        pass


async def test_r12_a_loop_that_is_dead_ends_the_process() -> None:
    ended: list[int] = []
    with LoopWatch(look=0.01, slow=0.02, dead=0.1, end=ended.append):
        await asyncio.to_thread(int)
        hang_for(0.5)
    assert ended[0] == EXIT


@pytest.fixture
async def asked() -> AsyncIterator[Any]:
    health, port = Health(), unused_port()
    async with watch_server(Watch(port=port), health), aiohttp.ClientSession() as session:

        async def ask(path: str) -> tuple[int, str]:
            async with session.get(f"http://127.0.0.1:{port}{path}") as answer:
                return answer.status, await answer.text()

        yield health, ask, port


async def test_machines_can_ask_how_it_is(asked: Any) -> None:
    health, ask, port = asked
    assert await ask("/livez") == (200, "alive\n")
    assert await ask("/readyz") == (503, "not ready\n")
    health.started = True
    health.note("clock", "it is 40 seconds ahead of Telegram's")
    assert await ask("/readyz") == (200, "ready\nclock: it is 40 seconds ahead of Telegram's\n")
    health.note("polling", "no poll")
    assert (await ask("/readyz"))[0] == 503
    code, figures = await ask("/metrics")
    assert code == 200 and 'frontdesk_trouble{what="polling"} 1.0' in figures
    health.note("polling", None)
    with pytest.raises(PortTaken, match="cannot listen"):
        async with watch_server(Watch(port=port), health):
            raise AssertionError
    async with watch_server(Watch(), health):
        assert await ask("/livez") == (200, "alive\n")


def test_systemd_is_told_where_it_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not systemd.notify("READY=1")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        assert systemd.notify("READY=1", "STATUS=at work")
        assert line.recv(100) == b"READY=1\nSTATUS=at work"
        systemd.reloading()
        assert line.recv(100).startswith(b"RELOADING=1\nMONOTONIC_USEC=")
