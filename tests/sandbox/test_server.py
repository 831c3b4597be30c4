"""The server itself: who may enter, what the page hears, what stays over a restart, the command line."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
import threading
from pathlib import Path

import aiohttp
import pytest

from sandbox import Person, Sandbox, Settings
from sandbox.saving import WORLD_FILE, Keeper, replace
from tests.sandbox.conftest import Ask, Clock

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/sim/state", {"Host": "evil.example"}),
        ("/sim/state", {"Host": "["}),
        ("/", {"Host": "evil.example"}),
        ("/sim/state", {"Origin": "http://evil.example"}),
        ("/sim/state", {"Origin": "null"}),
        ("/sim/events", {"Origin": "http://127.0.0.1:1"}),
        ("/bot{token}/getMe", {"Origin": "http://evil.example"}),
    ],
)
async def test_foreign_pages_are_refused(
    sandbox: Sandbox, http: aiohttp.ClientSession, path: str, headers: dict[str, str]
) -> None:
    async with http.get(sandbox.url + path.format(token=sandbox.token), headers=headers) as response:
        assert response.status == 403


async def test_the_own_page_may_enter(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{sandbox.url}/sim/state", headers={"Origin": sandbox.url}) as response:
        assert response.status == 200


async def test_only_the_pages_own_files_are_served(sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{sandbox.url}/static/%2e%2e/server.py") as response:
        assert response.status == 404


async def test_the_state_tells_what_is_and_is_not_emulated(sandbox: Sandbox, vera: Person) -> None:
    state = await sandbox.client.state()
    assert state["people"] == [
        {
            "id": 101,
            "first_name": "Vera",
            "username": "vera_v",
            "language_code": "de",
            "phone": "+43 1 23",
            "role": "visitor",
            "blocked": False,
            "started": False,
        }
    ]
    assert {"sendMessage", "getUpdates", "setWebhook"} <= set(state["emulates"])
    assert all(sentence.endswith(".") for sentence in state["not_emulated"])


async def test_the_page_hears_of_every_change(
    sandbox: Sandbox, ask: Ask, vera: Person, victor: Person, http: aiohttp.ClientSession
) -> None:
    keys = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
    async with http.ws_connect(f"{sandbox.url}/sim/events?person=101") as socket:
        assert await socket.receive_json() == {"type": "bot", "online": False}
        await victor.start()
        await vera.start()
        sent = (await ask("sendMessage", chat_id=101, text="a", reply_markup=keys))["result"]["message_id"]
        query = await vera.press_only("Go")
        await ask("answerCallbackQuery", callback_query_id=str(query), text="b")
        await ask("editMessageText", chat_id=101, message_id=sent, text="c")
        await ask("sendChatAction", chat_id=101, action="typing")
        await ask("sendMessage", chat_id=101, text="d", reply_markup={"keyboard": [["e"]]})
        await ask("deleteMessage", chat_id=101, message_id=sent)
        await ask("setMyCommands", commands=[{"command": "f", "description": "g"}])
        await vera.block()
        events = [await socket.receive_json() for _ in range(11)]
    kinds = ["person", "message", "message", "answer", "edited", "typing", "message", "keyboard", "deleted", "commands"]
    assert [event["type"] for event in events] == [*kinds, "person"]
    answer = {"type": "answer", "person": 101, "query_id": query, "message_id": sent, "text": "b", "alert": False}
    assert events[3] == answer
    assert events[-1]["person"]["blocked"]


async def test_the_log_keeps_its_last_entries_and_counts_all(clock: Clock) -> None:
    async with Sandbox(Settings(log_size=2), clock=clock) as sandbox:
        vera = await sandbox.client.person("Vera", id=101)
        await vera.start()
        url = f"{sandbox.url}/bot{sandbox.token}/sendMessage"
        async with aiohttp.ClientSession() as http:
            for text in "abc":
                await (await http.post(url, data={"chat_id": "101", "text": text})).read()
        log = await sandbox.client.get("/sim/log")
        assert [entry["params"]["text"] for entry in log["entries"]] == ["b", "c"]
        assert log["total"] == 3
        assert log["entries"][0]["chat_id"] == 101
        assert [entry["seq"] for entry in await sandbox.client.log(after=2)] == [3]


async def test_a_restart_goes_on_where_it_stopped(tmp_path: Path, clock: Clock) -> None:
    settings = Settings(data=tmp_path)
    async with Sandbox(settings, clock=clock) as sandbox:
        vera = await sandbox.client.person("Vera", id=101)
        await vera.start()
        await vera.send_file(b"data", "a.txt", caption="mine")
        before = await vera.chat()
        ids = sandbox.world.message_ids.last, sandbox.world.update_ids.last
    async with Sandbox(settings, clock=clock) as sandbox:
        vera = Person(sandbox.client, {"id": 101, "first_name": "Vera"})
        assert await vera.chat() == before
        assert len(sandbox.world.updates) == 2
        assert (sandbox.world.message_ids.last, sandbox.world.update_ids.last) == ids
        [stored] = sandbox.world.files.all()
        assert sandbox.world.files.read(stored) == b"data"


async def test_ids_do_not_go_back_after_a_crash(tmp_path: Path, clock: Clock) -> None:
    crashed = Sandbox(Settings(data=tmp_path, save_every=3600), clock=clock)
    await crashed.__aenter__()
    crashed.people.add(first_name="Vera", id=101)
    lost = crashed.people.start(101)
    last = crashed.world.update_ids.last
    async with Sandbox(Settings(data=tmp_path), clock=clock) as sandbox:
        sandbox.people.add(first_name="Vera", id=101)
        assert sandbox.people.start(101).id > lost.id
        assert sandbox.world.update_ids.last > last
    await crashed.__aexit__(None, None, None)


async def test_an_end_in_the_middle_of_a_save_waits_for_it_and_saves_what_came_since(tmp_path: Path) -> None:
    begun, may_end = threading.Event(), threading.Event()
    written: list[bytes] = []

    def slowly(path: Path, data: bytes) -> None:
        if path.name == WORLD_FILE and not written:
            begun.set()
            assert may_end.wait(20)
        replace(path, data)
        written.append(data)

    settings = Settings(data=tmp_path, save_every=0)
    sandbox = Sandbox(settings)
    keeper = Keeper(sandbox.world, settings, slowly)
    sandbox.people.add(first_name="Vera", id=101)
    keeper.start()
    assert await asyncio.to_thread(begun.wait, 20)
    sandbox.people.add(first_name="Victor", id=102)
    closing = asyncio.create_task(keeper.close())
    await asyncio.sleep(0)
    assert written == []
    may_end.set()
    await closing
    assert b"Victor" not in written[0] and b"Victor" in (tmp_path / WORLD_FILE).read_bytes()


async def test_the_command_starts_prints_its_address_and_ends_on_a_signal(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--data", str(tmp_path)]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    line = (await process.stdout.readline()).decode()
    address = re.search(r"http://127\.0\.0\.1:\d+", line)
    assert address is not None
    async with aiohttp.ClientSession() as http, http.get(f"{address[0]}/sim/state") as response:
        assert response.status == 200
    process.send_signal(signal.SIGINT)
    assert await process.wait() == 0
    assert (tmp_path / "world.json").exists()


async def test_a_port_in_use_is_told_in_a_sentence(sandbox: Sandbox) -> None:
    port = sandbox.url.rpartition(":")[2]
    command = [sys.executable, "-m", "sandbox", "--port", port]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stderr=asyncio.subprocess.PIPE)
    _, said = await process.communicate()
    assert process.returncode == 2
    assert said.decode().startswith(f"The sandbox cannot listen at 127.0.0.1:{port}")
