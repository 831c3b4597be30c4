"""The command line: the demo in one process, a webhook, and flows that are checked and played."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.demo import demo
from sandbox import Client, Person, Sandbox
from tests.ports import unused_port
from tests.story.people import FLOW, ROOT, hears
from tests.story.process import bot_of

MINE = """
start = "hello"
fallback = "hello"

[variables]
colour = { type = "text" }

[blocks.hello]
say = "Hello {first_name|there}, which colour?"

[[blocks.hello.connections]]
input = { store = "colour", type = "text" }
to = "thanks"

[blocks.thanks]
say = { photo = "door.png", caption = "{colour} it is." }
"""


class Command:
    """`frontdesk …` as somebody types it."""

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments

    async def __aenter__(self) -> Command:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *self._arguments),
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._process.returncode is None:
            self._process.kill()
            await self._process.communicate()

    async def line(self) -> str:
        """The next line it says."""
        assert self._process.stdout is not None
        async with asyncio.timeout(60):
            return (await self._process.stdout.readline()).decode()

    async def interrupted(self) -> tuple[int, str]:
        """Ctrl-C; the exit code and what it still said."""
        self._process.send_signal(signal.SIGINT)
        async with asyncio.timeout(60):
            said, _ = await self._process.communicate()
        assert self._process.returncode is not None
        return self._process.returncode, said.decode()

    async def given(self, *lines: str) -> tuple[int, str]:
        """The exit code and all it said, with these lines typed."""
        async with asyncio.timeout(60):
            said, _ = await self._process.communicate("".join(f"{line}\n" for line in lines).encode())
        assert self._process.returncode is not None
        return self._process.returncode, said.decode()


async def get(client: Client, path: str, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """What is at `path` as soon as it is as wanted."""
    async with asyncio.timeout(60):
        while not holds(found := await client.get(path)):
            await asyncio.sleep(0)
    return found


async def test_the_demo_shows_four_people_ends_at_once_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    port = unused_port()
    arguments = ("demo", "--port", str(port), "--data", str(tmp_path / "kept"))
    client = Client(f"http://127.0.0.1:{port}")
    async with Command(*arguments) as demo:
        said = await demo.line()
        assert f"http://127.0.0.1:{port} " in said and str(tmp_path / "kept") in said
        state = await client.state()
        assert sorted(person["role"] for person in state["people"]) == ["admin", "staff", "visitor", "visitor"]
        await get(client, "/sim/people/301/chat", lambda chat: len(chat["messages"]) == 2)
        await client.post("/sim/people/101/start")
        await get(client, "/sim/people/101/chat", lambda chat: len(chat["messages"]) == 2)
        assert await demo.interrupted() == (0, "")
    async with Command(*arguments) as demo:
        await demo.line()
        chat = await client.get("/sim/people/101/chat")
        assert len(chat["messages"]) == 2
        await client.post("/sim/people/101/write", {"text": "hours"})
        await get(client, "/sim/people/101/chat", lambda chat: len(chat["messages"]) == 5)
        assert len((await client.get("/sim/people/301/chat"))["messages"]) == 2
        assert await demo.interrupted() == (0, "")
    await client.close()


async def test_the_demo_plays_a_flow_of_ones_own_and_its_pictures(tmp_path: Path) -> None:
    shutil.copy(ROOT / "media" / "entrance.png", tmp_path / "door.png")
    flow = tmp_path / "mine.toml"
    flow.write_text(MINE)
    stop, open_now = asyncio.Event(), asyncio.Event()
    port = unused_port()
    demo_task = asyncio.create_task(demo(port, tmp_path / "kept", flow, stop, lambda where: open_now.set()))
    client = Client(f"http://127.0.0.1:{port}")
    async with asyncio.timeout(60):
        await open_now.wait()
        vera = Person(client, (await client.state())["people"][0])
        await vera.start()
        [asked] = await vera.heard(1)
        await vera.write("Blue")
        [answered] = await vera.heard(1)
        stop.set()
        await demo_task
    await client.close()
    assert asked["text"] == "Hello Vera, which colour?"
    assert (answered["caption"], "photo" in answered) == ("Blue it is.", True)


async def test_the_demo_on_a_port_that_is_taken(tmp_path: Path) -> None:
    async with Sandbox() as other:
        port = other.url.rpartition(":")[2]
        async with Command("demo", "--port", port, "--data", str(tmp_path)) as demo:
            code, said = await demo.given()
    assert code == 2 and port in said and "--port" in said and len(said.splitlines()) == 1


async def test_the_bot_behind_a_webhook(tmp_path: Path) -> None:
    port = unused_port()
    webhook: dict[str, object] = {"mode": "webhook", "webhook": {"port": port, "url": f"http://127.0.0.1:{port}"}}
    async with Sandbox() as sandbox, bot_of(sandbox, tmp_path, telegram=webhook) as bot:
        await bot.start()
        vera = await sandbox.client.person("Vera", id=101)
        await vera.start("card")
        for answer in ("Vera", "34", "Linz"):
            await vera.write(answer)
        await hears(vera, "A card is free", "Thank you, Vera", "And in which city", "One moment, Vera from Linz.")
        async with bot_of(sandbox, tmp_path / "second", telegram=webhook) as second:
            await second.start()
            code, said = await second.result()
        assert code == 2 and f"cannot listen at 127.0.0.1:{port}" in said and "Traceback" not in said
        code, said = await bot.stop()
        assert code == 0 and "Traceback" not in said


async def test_a_flow_is_checked() -> None:
    async with Command("check", str(FLOW)) as check:
        code, said = await check.given()
    assert code == 0 and "is fine" in said


async def test_a_broken_flow_is_taken_apart(tmp_path: Path) -> None:
    flow = tmp_path / "flow.toml"
    flow.write_text('start = "a"\nfallback = "b"\n[blocks.a]\nsay = "Hi {nme}"\nto = "gone"\n')
    async with Command("check", str(flow)) as check:
        code, said = await check.given()
    assert code == 2 and "line 2" in said and "nme" in said and '"gone"' in said


async def test_a_flow_is_played_in_the_terminal() -> None:
    async with Command("play", str(FLOW)) as play:
        code, said = await play.given("hours")
    assert code == 0 and "I am the front desk" in said and "We are open Monday to Friday" in said
