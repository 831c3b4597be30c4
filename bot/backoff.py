"""How to go on trying: longer and longer waits, and one line in the log when something changes."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

log = structlog.get_logger(__name__)
T = TypeVar("T")


class Backoff:
    """The state of one thing that works or does not. Waits double from `first` to `longest` seconds, less a chance."""

    def __init__(
        self, what: str, *, first: float = 1.0, longest: float = 30.0, chance: Callable[[], float] = random.random
    ) -> None:
        self._what = what
        self._first = first
        self._longest = longest
        self._chance = chance
        self._next = first
        self._reason: str | None = None

    @property
    def failing(self) -> bool:
        """Whether it did not work when it was last tried."""
        return self._reason is not None

    def failed(self, reason: str) -> float:
        """It did not work; returns the seconds to wait. A new reason is logged, the same one is not."""
        if reason != self._reason:
            log.warning(f"{self._what} does not work, trying again until it does", reason=reason)
            self._reason = reason
        wait, self._next = self._next, min(self._next * 2, self._longest)
        return wait * (0.75 + self._chance() / 4)

    def worked(self) -> None:
        """It works; logged if it did not before."""
        if self._reason is not None:
            log.info(f"{self._what} works again")
            self._reason, self._next = None, self._first


async def surely(work: Callable[[], Awaitable[T]], backoff: Backoff, sleep: Callable[[float], Awaitable[object]]) -> T:
    """Run a transaction as often as it takes: while the database is away, wait and log once."""
    while True:
        try:
            result = await work()
        except (OperationalError, InterfaceError, InternalError) as away:
            await sleep(backoff.failed(str(away.orig)))
        else:
            backoff.worked()
            return result
