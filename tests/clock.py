"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

#: When all stories begin: a Sunday noon in November.
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class FakeClock:
    """Stands at noon; `forward` moves both the wall clock and the monotonic one."""

    def __init__(self, start: datetime = NOON) -> None:
        self._now = start
        self._monotonic = 1000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def forward(self, **by: float) -> datetime:
        """Move on by `timedelta(**by)`; returns the new time."""
        step = timedelta(**by)
        self._now += step
        self._monotonic += step.total_seconds()
        return self._now

    def jump(self, to: datetime) -> None:
        """The wall clock alone jumps, as after a correction of the machine's time."""
        self._now = to
