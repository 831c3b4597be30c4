"""The bot as a process of its own, to be killed and started again."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sandbox import Sandbox
from tests import secrets_said
from tests.story.people import FLOW, ROOT


class Process:
    """`frontdesk run` on one config; what it says is kept."""

    def __init__(self, folder: Path, **changes: dict[str, object]) -> None:
        """`changes`: tables of the config, each with what differs from the usual."""
        usual: dict[str, dict[str, object]] = {
            "database": {"url": f"sqlite:///{folder / 'bot.sqlite3'}"},
            "conversation": {"flow": str(FLOW), "user_rate": 0},
            "admin": {"owners": [301]},
            "support": {"staff": [201, 202]},
        }
        folder.mkdir(exist_ok=True)
        self.config = folder / "config.toml"
        tables = {name: usual.get(name, {}) | changes.get(name, {}) for name in usual.keys() | changes.keys()}
        self.config.write_text("\n".join(_table(name, table) for name, table in tables.items()))
        self._process: asyncio.subprocess.Process | None = None
        self._said = ""

    async def start(self) -> None:
        """Begin; whether it has is seen by what it does."""
        self._said = ""
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run", "--config", str(self.config)),
            cwd=ROOT,
            env={"FRONTDESK_LOG__LEVEL": "debug", **os.environ, "PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

    async def kill(self) -> None:
        """End it without a word."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> tuple[int, str]:
        """Ask it to end; the exit code and all it said."""
        return await self._end(signal.SIGTERM)

    async def result(self) -> tuple[int, str]:
        """Wait until it ends by itself; the exit code and all it said."""
        return await self._end(None)

    async def says(self, words: str) -> None:
        """Wait until it says this."""
        assert self._process is not None and self._process.stdout is not None
        async with asyncio.timeout(60):
            while words not in (line := (await self._process.stdout.readline()).decode()):
                self._said += line
                assert not self._process.stdout.at_eof(), f"it ended without saying {words!r}"
        self._said += line

    async def _end(self, how: signal.Signals | None) -> tuple[int, str]:
        process = self._process
        assert process is not None
        if how is not None and process.returncode is None:
            process.send_signal(how)
        async with asyncio.timeout(60):
            rest, _ = await process.communicate()
        assert process.returncode is not None
        self._process = None
        said = self._said + rest.decode()
        assert secrets_said.said([said]) == []
        return process.returncode, said

    async def clean_up(self) -> None:
        """Leave nothing running behind."""
        if self._process is not None:
            await self.kill()


def _table(name: str, values: dict[str, object]) -> str:
    tables = [_table(f"{name}.{key}", value) for key, value in values.items() if isinstance(value, dict)]
    lines = [f"{key} = {json.dumps(value)}" for key, value in values.items() if not isinstance(value, dict)]
    return "\n".join([f"[{name}]", *lines, "", *tables])


@asynccontextmanager
async def bot_of(sandbox: Sandbox, folder: Path, **changes: dict[str, object]) -> AsyncIterator[Process]:
    """A process against a sandbox, not started yet."""
    telegram = {"token": sandbox.token, "api_url": sandbox.url, "rate": 0, "chat_rate": 0}
    process = Process(folder, **{**changes, "telegram": telegram | changes.get("telegram", {})})
    yield process
    await process.clean_up()
