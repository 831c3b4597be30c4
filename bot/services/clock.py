"""The one clock. Services take `now` as an argument; what waits or measures takes a clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What tells the time; tests have one that stands still until it is moved."""

    def now(self) -> datetime:
        """The wall clock: aware, UTC."""

    def monotonic(self) -> float:
        """Seconds since some start; never jumps. For waiting and measuring."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The wall clock: aware, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some start; never jumps."""
        return time.monotonic()
