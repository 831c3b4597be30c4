"""Whether the bot is there: it polls, has just polled, or has a webhook."""

from __future__ import annotations

import asyncio

from sandbox.world import World

GRACE = 5.0


class Presence:
    """Tells the page when the bot comes and goes; between two polls it counts as there for 5 seconds."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._polls = 0
        self._timer: asyncio.TimerHandle | None = None
        self._polling = False
        world.webhook.on_change = self._tell

    @property
    def online(self) -> bool:
        """Whether somebody takes the updates now."""
        return self._polling or self._world.webhook.address is not None

    def begin(self) -> None:
        """A poll has come."""
        self._polls += 1
        if self._timer:
            self._timer.cancel()
            self._timer = None
        self._set(True)

    def end(self) -> None:
        """A poll has ended."""
        self._polls -= 1
        if self._polls == 0:
            self._timer = asyncio.get_running_loop().call_later(GRACE, self._set, False)

    def close(self) -> None:
        """Nobody is asked any more."""
        if self._timer:
            self._timer.cancel()

    def _set(self, polling: bool) -> None:
        if polling != self._polling:
            self._polling = polling
            self._tell()

    def _tell(self) -> None:
        self._world.bus.tell(None, lambda: {"type": "bot", "online": self.online})
