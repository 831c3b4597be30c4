"""Bots that begin quickly: one process has loaded everything, and forks itself for each new bot.

Whoever kills a bot a thousand times would otherwise wait most of the time for its imports. A child is a process of its
own, with its own environment, files and end; only what Python has loaded is there already.
"""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot import app  # noqa: F401 - with it comes everything that a bot needs
from bot.__main__ import main

APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND
#: Seconds until the end of a child is told.
LOOK = 0.02


class Child:
    """One bot: what `asyncio.subprocess.Process` has of it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._over = asyncio.Event()

    def send_signal(self, how: int) -> None:
        """Send it, unless it has ended."""
        if self.returncode is None:
            with suppress(ProcessLookupError):  # its end is on its way to us
                os.kill(self.pid, how)

    def kill(self) -> None:
        """End it without a word."""
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """Its exit code, as soon as there is one; negative: the signal that ended it."""
        await self._over.wait()
        assert self.returncode is not None
        return self.returncode

    def ended(self, code: int) -> None:
        """It has."""
        self.returncode = code
        self._over.set()


class Nursery:
    """The process that forks, seen from the test."""

    def __init__(self) -> None:
        self._children: dict[int, Child] = {}
        self._born: asyncio.Queue[int] = asyncio.Queue()

    async def __aenter__(self) -> Nursery:
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.faults.nursery"), stdin=pipe, stdout=pipe
        )
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._process.kill()
        await self._process.wait()
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)

    async def bear(self, arguments: list[str], environment: Mapping[str, str], log: Path) -> Child:
        """A new bot with these arguments of `frontdesk`; what it prints is appended to its log."""
        assert self._process.stdin is not None
        order = {"arguments": arguments, "environment": dict(environment), "log": str(log)}
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        return self._children[await self._born.get()]

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            told: dict[str, Any] = json.loads(line)
            if "code" in told:
                self._children.pop(told["pid"]).ended(told["code"])
            else:
                self._children[told["pid"]] = Child(told["pid"])
                self._born.put_nowait(told["pid"])


def _fork(order: dict[str, Any]) -> int:
    if pid := os.fork():
        return pid
    for stream, (path, how) in enumerate(((os.devnull, os.O_RDONLY), (order["log"], APPEND), (order["log"], APPEND))):
        os.dup2(os.open(path, how, 0o600), stream)
    os.environ.clear()
    os.environ.update(order["environment"])
    code = main(order["arguments"])
    sys.stdout.flush()
    os._exit(code)


def _say(**told: int) -> None:
    os.write(1, json.dumps(told).encode() + b"\n")


def _tell_of_the_dead() -> None:
    with suppress(ChildProcessError):  # there are none
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            _say(pid=ended[0], code=os.waitstatus_to_exitcode(ended[1]))


def serve() -> None:
    """Fork for each line, and tell of each child that has ended; until nobody wants more."""
    pending = b""
    while True:
        if select.select([0], [], [], LOOK)[0]:
            if not (read := os.read(0, 65536)):
                return
            *orders, pending = (pending + read).split(b"\n")
            for order in orders:
                _say(pid=_fork(json.loads(order)))
        _tell_of_the_dead()


if __name__ == "__main__":
    serve()
