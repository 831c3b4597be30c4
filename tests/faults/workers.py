"""Several workers as processes behind one address, on one PostgreSQL, beside a sandbox that outlives them."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
from aiohttp import web
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from bot.services import engines
from sandbox import Person, Sandbox
from tests.faults.process import BotProcess
from tests.ports import unused_port

#: Seconds after which the workers of a test take a silent one for dead.
TAKEOVER = 1.0
FLOW = """
start = "echo"
fallback = "echo"

[variables]
words = { type = "text" }

[blocks.echo]
say = "You wrote: {words|nothing yet}"

[[blocks.echo.connections]]
input = { store = "words", type = "text" }
to = "echo"

[blocks.spring]
entry = true
say = "Spring is here."
"""


class Balancer:
    """One address for all of them: by turns, and the next one where nobody answers."""

    def __init__(self) -> None:
        self.ports: list[int] = []
        self.port = unused_port()
        self._turn = itertools.count()
        self._runner: web.AppRunner | None = None
        self._client: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/telegram", self._pass_on)
        self._client = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=1.5))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()

    async def stop(self) -> None:
        assert self._client is not None and self._runner is not None
        await self._client.close()
        await self._runner.cleanup()

    async def _pass_on(self, request: web.Request) -> web.Response:
        body, turn = await request.read(), next(self._turn)
        for place in range(len(self.ports)):
            port = self.ports[(turn + place) % len(self.ports)]
            try:
                return await self._post(port, request, body)
            except (aiohttp.ClientError, TimeoutError):
                continue
        return web.Response(status=502)

    async def _post(self, port: int, request: web.Request, body: bytes) -> web.Response:
        assert self._client is not None
        address = f"http://127.0.0.1:{port}/telegram"
        async with self._client.post(address, data=body, headers=request.headers) as answer:
            return web.Response(status=answer.status, body=await answer.read())


@dataclass(slots=True)
class Office:
    """The workers, their Telegram and their database."""

    sandbox: Sandbox
    folder: Path
    url: str
    balancer: Balancer = field(default_factory=Balancer)
    workers: list[BotProcess] = field(default_factory=list)

    async def hires(self, count: int) -> None:
        """So many more workers begin, one after the other; they are at work as soon as they answer."""
        for _ in range(count):
            await self._hire()

    async def _hire(self) -> None:
        port, number = unused_port(), len(self.workers)
        folder = self.folder / f"worker{number}"
        worker = BotProcess(self.sandbox, folder, self.url)
        self.workers.append(worker)
        folder.mkdir()
        (folder / "flow.toml").write_text(FLOW)
        worker.configure(folder / "flow.toml", owner=301)
        config = (folder / "config.toml").read_text()
        webhook = f'mode = "webhook", webhook = {{ port = {port}, url = "http://127.0.0.1:{self.balancer.port}" }},'
        config = config.replace("telegram = {", f"telegram = {{ {webhook}")
        config = config.replace("database = {", f"database = {{ takeover = {TAKEOVER},")
        config = config.replace("conversation = {", "conversation = { user_rate = 0,")
        (folder / "config.toml").write_text(config)
        await worker.starts("--worker")
        await _answers(port, worker)
        self.balancer.ports.append(port)

    async def close(self) -> None:
        """Everybody goes."""
        for worker in self.workers:
            await worker.dies()
        await self.balancer.stop()

    def read(self, look: Callable[[Session], Any]) -> Any:
        """Look into the database."""
        engine = engines.connect(self.url)
        with Session(engine, expire_on_commit=False) as db:
            found = look(db)
        engine.dispose()
        return found

    def order(self, statement: str, *, inside: bool = False) -> None:
        """Say something to the server, from another database or inside of this one."""
        url = make_url(self.url)
        where = url if inside else url.set(database="postgres")
        written = statement.replace("NAME", f'"{url.database}"').replace("TEXT", f"'{url.database}'")
        with psycopg.connect(where.render_as_string(hide_password=False), autocommit=True) as server:
            server.execute(written.encode())

    def cut(self) -> None:
        """Every connection to the database breaks."""
        self.order("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = TEXT")


async def _answers(port: int, worker: BotProcess) -> None:
    """Wait until somebody listens there. Raises AssertionError where the worker has ended."""
    async with asyncio.timeout(90), aiohttp.ClientSession() as client:
        while True:
            assert worker.bot is not None and worker.bot.returncode is None, (worker.folder / "bot.log").read_text()
            try:
                async with client.post(f"http://127.0.0.1:{port}/telegram"):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0)


async def echoes(person: Person, last: str) -> list[str]:
    """What the bot has said back to a person up to these words; an answer that was in doubt may come twice."""

    def said(chat: dict[str, Any]) -> list[str]:
        return [message["text"] for message in chat["messages"] if message["from"] == "bot"]

    chat = await person.until(lambda chat: f"You wrote: {last}" in said(chat), timeout=45)
    found = [words.removeprefix("You wrote: ") for words in said(chat)]
    return [words for words, _ in itertools.groupby(words for words in found if words != "nothing yet")]
