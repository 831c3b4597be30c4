"""The pulse of the way in: when it last worked, and what is wrong with it; the watchdogs feel it."""

from __future__ import annotations

from bot.services.clock import Clock


class Pulse:
    """Written by polling or the webhook."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = clock.monotonic()
        #: Somebody else gets this bot's updates: what Telegram says of it.
        self.conflict: str | None = None
        #: Updates cannot be stored: what the database says.
        self.storage: str | None = None

    def beat(self) -> None:
        """A poll has ended well, or Telegram has called."""
        self._last = self._clock.monotonic()
        self.conflict = None

    @property
    def silence(self) -> float:
        """Seconds since then."""
        return self._clock.monotonic() - self._last
