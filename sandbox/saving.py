"""Keeping the world over a restart: one snapshot file, replaced as a whole, and the ends of the blocks of ids."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path

import orjson

from sandbox.settings import Settings
from sandbox.snapshot import restore, take
from sandbox.world import World

WORLD_FILE = "world.json"
IDS_FILE = "ids.json"
#: A save may take this share of the time, so that a large world is saved less often.
SHARE = 20

Write = Callable[[Path, bytes], None]


class Keeper:
    """Saves the world about once a second while it changes; without a data folder it does nothing.

    What happened in the last moment before a crash may be missing afterwards, but no id is ever given twice: each
    block of ids is written down before its first one is used.
    """

    def __init__(self, world: World, settings: Settings, write: Write | None = None) -> None:
        """`write` puts a file in the place of another, whole or not at all."""
        self._world = world
        self._write = write or replace
        self._settings = settings
        self._folder = settings.data
        self._saved = 0
        self._task: asyncio.Task[None] | None = None
        #: A save that is under way in its thread, and cannot be stopped there.
        self._saving: asyncio.Future[None] | None = None
        self._counters = {"message": world.message_ids, "update": world.update_ids, "query": world.query_ids}

    def load(self) -> None:
        """Go on where the last run stopped."""
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        lasts = _read(self._folder / IDS_FILE)
        for name, counter in self._counters.items():
            counter.restart(lasts.get(name, counter.last), self._write_ids)
        restore(self._world, _read(self._folder / WORLD_FILE))
        self._saved = self._world.changes

    def start(self) -> None:
        """Begin to save in the background."""
        if self._folder is not None:
            self._task = asyncio.create_task(self._run(self._folder))

    async def close(self) -> None:
        """Save once more and stop."""
        if self._folder is None or self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        if self._saving is not None:
            await self._saving
        self._write(self._folder / WORLD_FILE, orjson.dumps(take(self._world), option=orjson.OPT_NON_STR_KEYS))
        for counter in self._counters.values():
            counter.ceiling = counter.last
        self._write_ids()

    async def _run(self, folder: Path) -> None:
        pause = self._settings.save_every
        while True:
            await asyncio.sleep(pause)
            if self._world.changes == self._saved:
                continue
            begin = time.monotonic()
            self._saved = self._world.changes
            data = orjson.dumps(take(self._world), option=orjson.OPT_NON_STR_KEYS)
            pause = max(self._settings.save_every, SHARE * (time.monotonic() - begin))
            self._saving = asyncio.get_running_loop().run_in_executor(None, self._write, folder / WORLD_FILE, data)
            await asyncio.shield(self._saving)

    def _write_ids(self) -> None:
        ceilings = {name: counter.ceiling for name, counter in self._counters.items()}
        if self._folder is not None:
            self._write(self._folder / IDS_FILE, orjson.dumps(ceilings))


def _read(path: Path) -> dict[str, int]:
    found: dict[str, int] = orjson.loads(path.read_bytes()) if path.exists() else {}
    return found


def replace(path: Path, data: bytes) -> None:
    """Write a new file beside the old one, and put it in its place."""
    draft = path.with_suffix(".new")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
