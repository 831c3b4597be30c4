"""The door of those who test: rules of misbehaviour and the clock, as JSON under /sim."""

from __future__ import annotations

from aiohttp import web

from sandbox.clock import Clock
from sandbox.errors import PersonRefused
from sandbox.faults import Faults, Rule
from sandbox.shapes import JSON
from sandbox.sim_input import Handler, body, path_id
from sandbox.world import World

#: What a running long poll is ended with at once, instead of at the next one: token revoked, a second poller.
AT_ONCE = frozenset({401, 409})


class SimFaults:
    """What can be switched on to see whether the bot bears it; the page hears of each rule that hits."""

    def __init__(self, world: World, faults: Faults, clock: Clock) -> None:
        self._world = world
        self._faults = faults
        self._clock = clock
        faults.on_change = self._tell

    def routes(self) -> list[tuple[str, str, Handler]]:
        """(HTTP method, path, handler)."""
        return [
            ("GET", "/sim/faults", self.list),
            ("POST", "/sim/faults", self.add),
            ("DELETE", "/sim/faults", self.remove),
            ("DELETE", "/sim/faults/{id}", self.remove),
            ("GET", "/sim/clock", self.time),
            ("POST", "/sim/clock", self.set_clock),
        ]

    async def list(self, request: web.Request) -> JSON:
        """The rules of misbehaviour."""
        return {"faults": self._faults.cards()}

    async def add(self, request: web.Request) -> JSON:
        """A new rule."""
        rule = self._faults.add(await body(request))
        updates = self._world.updates
        if rule.error and rule.error.code in AT_ONCE and updates.polled and rule.strikes("getupdates", None):
            updates.interrupt(rule.error)
        return rule.card()

    async def remove(self, request: web.Request) -> JSON:
        """One rule goes, or all."""
        self._faults.remove(path_id(request) if "id" in request.match_info else None)
        return {"faults": self._faults.cards()}

    async def time(self, request: web.Request) -> JSON:
        """What the sandbox's clock says, in Unix seconds, and by how many it is ahead."""
        return {"now": self._clock(), "ahead": self._clock.ahead}

    async def set_clock(self, request: web.Request) -> JSON:
        """Set the clock ahead of the real one by so many seconds, in all."""
        ahead = (await body(request)).get("ahead")
        if not isinstance(ahead, (int, float)) or isinstance(ahead, bool):
            raise PersonRefused("ahead must be a number of seconds.")
        self._clock.ahead = float(ahead)
        self._world.bus.tell(None, lambda: {"type": "clock", "ahead": self._clock.ahead})
        return await self.time(request)

    def _tell(self, rule: Rule) -> None:
        self._world.bus.tell(None, lambda: {"type": "faults", "faults": self._faults.cards()})
