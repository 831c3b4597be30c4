"""The bot as a process of its own, beside a sandbox that outlives it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from sandbox import Sandbox
from tests import secrets_said
from tests.faults.nursery import Child, Nursery

ROOT = Path(__file__).parents[2]


@dataclass(slots=True)
class BotProcess:
    """A bot that comes and goes; its config, files and log are in `folder`."""

    sandbox: Sandbox
    folder: Path
    url: str
    bot: asyncio.subprocess.Process | Child | None = None
    #: Where bots begin that have to begin quickly.
    nursery: Nursery | None = None

    def configure(self, flow: Path, *, owner: int, staff: tuple[int, ...] = (), push_rate: float = 0) -> None:
        """What the operator writes."""
        (self.folder / "config.toml").write_text(
            f'telegram = {{ token = "{self.sandbox.token}", api_url = "{self.sandbox.url}",'
            " rate = 0, chat_rate = 0 }\n"
            f"admin = {{ owners = [{owner}] }}\nsupport = {{ staff = {list(staff)} }}\n"
            f'database = {{ url = "{self.url}" }}\nconversation = {{ flow = "{flow}" }}\n'
            f'push = {{ rate = {push_rate}, time_zone = "Europe/Vienna" }}\n'
        )

    async def starts(self, *arguments: str, **environment: str) -> None:
        """The bot begins, with more in its environment perhaps; what it prints is appended to its log."""
        command = ["run", "--config", str(self.folder / "config.toml"), *arguments]
        around = {**os.environ, "PYTHONPATH": str(ROOT), "FRONTDESK_LOG__LEVEL": "debug", **environment}
        if self.nursery is not None:
            self.bot = await self.nursery.bear(command, around, self.folder / "bot.log")
            return
        with (self.folder / "bot.log").open("ab") as log:
            self.bot = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", *command), env=around, stdout=log, stderr=log
            )

    def ended(self) -> bool:
        """Whether it has ended by itself."""
        return self.bot is not None and self.bot.returncode is not None

    async def dies(self, how: signal.Signals = signal.SIGKILL) -> int:
        """The bot gets a signal; its exit code. Whatever it has said so far, at the level of debug, has no secret."""
        if self.bot is None:
            return 0
        if self.bot.returncode is None:
            self.bot.send_signal(how)
        code = await self.bot.wait()
        assert secrets_said.said([(self.folder / "bot.log").read_text()]) == []
        return code
