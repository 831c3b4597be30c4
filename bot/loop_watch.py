"""A thread that watches the event loop: a slow one is logged with its stack, a dead one ends the process."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import traceback
from collections.abc import Callable
from time import monotonic
from types import TracebackType
from typing import Self

import structlog

from bot import metrics

log = structlog.get_logger(__name__)

#: Seconds between two looks, without an answer until it is logged, and until only a restart helps.
LOOK, SLOW, DEAD = 0.25, 1.0, 60.0
#: The exit code of a process that ended itself so.
EXIT = 3


class LoopWatch:
    """Use it as a context manager inside of the loop that it shall watch."""

    def __init__(
        self, *, look: float = LOOK, slow: float = SLOW, dead: float = DEAD, end: Callable[[int], object] = os._exit
    ) -> None:
        self._look, self._slow, self._end = look, slow, end
        #: In looks, not in seconds: a process that was stopped for a while has not hung.
        self._patience = round(dead / look)
        self._loop = asyncio.get_running_loop()
        self._watched = threading.get_ident()
        self._over = threading.Event()
        self._answered = threading.Event()
        self._thread = threading.Thread(target=self._run, name="event-loop-watch", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(self._look):
            self._ask()

    def _ask(self) -> None:
        """Ask the loop to answer, and wait until it does."""
        self._answered.clear()
        asked = monotonic()
        self._loop.call_soon_threadsafe(self._answered.set)
        looks, told = 0, False
        while not self._answered.wait(self._look) and not self._over.is_set():
            looks += 1
            if monotonic() - asked > self._slow and not told:
                told = True
                self._tell()
            if looks >= self._patience:
                log.critical("the event loop is dead; this process ends, so that it is started again")
                self._end(EXIT)
        metrics.LAG.set(monotonic() - asked)

    def _tell(self) -> None:
        metrics.STALLS.inc()
        frame = sys._current_frames().get(self._watched)
        stack = "".join(traceback.format_stack(frame)[-8:]) if frame else ""
        log.error("the event loop hangs: something in it does not wait properly", stack=stack)
