"""Looks that are taken less often than the clock beats."""

from __future__ import annotations

from datetime import datetime, timedelta


class Seldom:
    """Says when it is time for the next look; all it keeps is when the last one was."""

    def __init__(self, every: timedelta) -> None:
        self._every = every
        self._looked: datetime | None = None

    def is_time(self, now: datetime) -> bool:
        """Whether to look now, which then counts as done. After a clock was set back it is time at once."""
        if self._looked is not None and timedelta() <= now - self._looked < self._every:
            return False
        self._looked = now
        return True
