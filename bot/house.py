"""What all turns share, and the context that each turn gets."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import update_wrapper
from typing import Any, TypeVar, cast

import structlog
from sqlalchemy.orm import Session
from telegram import Update
from telegram.ext import CallbackContext, ExtBot

from bot import failpoints, visits
from bot.background import Background
from bot.cards import Cards
from bot.menus import Menus
from bot.outbox import Outbox
from bot.pace import Paces
from bot.reading import asker_of
from bot.screens import Asker, Screens
from bot.services import flows, inbox, invitations, settings, staff
from bot.services.clock import Clock
from bot.services.conversations import Said
from bot.services.database import Database
from bot.services.incoming import Incoming
from bot.services.setup import Setup
from bot.topics import Topics
from bot.ui.router import Acted
from bot.visits import Visit
from bot.wire import Wire
from bot.words import Words

log = structlog.get_logger(__name__)

T = TypeVar("T")


@dataclass(slots=True)
class House:
    """Built once in `bot.app`. `setup` is replaced when another flow is activated, or a setting changed."""

    setup: Setup
    wire: Wire
    database: Database
    clock: Clock
    outbox: Outbox
    screens: Screens
    cards: Cards
    menus: Menus
    background: Background
    #: The door to the staff group.
    topics: Topics
    paces: Paces
    words: Words
    #: The setup as the config alone has it.
    configured: Setup
    #: Which of several workers this is; None: the only one.
    worker_id: int | None = None
    #: What went wrong in a turn, by update id, until the turn asks for it.
    failures: dict[int, Exception] = field(default_factory=dict)
    #: Kinds of updates that were met and are not known.
    unknown: set[str] = field(default_factory=set)

    async def turn(self, update_id: int, visit: Callable[..., T], *args: object) -> T:
        """Run `visit(db, *args, update_id, setup, now)` as the one transaction of an update. Raises `inbox.NotOurs`."""

        def run(db: Session) -> T:
            if self.worker_id is not None:
                inbox.hold(db, update_id, self.worker_id)
            return visit(db, *args, update_id=update_id, setup=self.setup, now=self.clock.now())

        if failpoints.armed is not None:
            update_wrapper(run, visit)
        return await self.database.write_soon(run)

    async def hear(self, update_id: int, incoming: Incoming, at_hand: int) -> Visit:
        """The same for plain words, which go together with those of others where nothing more is to be looked at.

        `at_hand`: what `Outbox.hold` says.
        """
        said = Said(update_id, self.paced(incoming), at_hand)
        outcome = await self.words.hear(said)
        if outcome is not None:
            return outcome
        visit: Visit = await self.turn(update_id, visits.message, said.incoming)
        return visit

    def paced(self, incoming: Incoming) -> Incoming:
        """What somebody did, with how fast they do things."""
        return replace(incoming, pace=self.paces.of(incoming.sender.id))

    async def conclude(self, asker: Asker, visit: Visit) -> None:
        """Send and show what the visit ended with; what it did may have changed what holds, or somebody's role."""
        if isinstance(visit, Acted):
            await self.follow()
        await self.screens.conclude(asker, visit)
        if isinstance(visit, Acted):
            self.refresh_menus()

    def refresh_menus(self) -> None:
        """Let the menus of staff follow their roles."""
        self.background.run(self.menus.refresh(), "the menus")

    async def follow(self) -> None:
        """Let everything use the flow and the settings that hold by now; whoever reads `setup` next has them."""
        digest, values = await self.database.read(settings.in_force)
        await self._follow_flow(digest)
        setup = replace(settings.over(self.configured, values), flow=self.setup.flow)
        if setup != self.setup:
            self.setup = setup
            self.outbox.pushes_at(setup.push_rate)
            log.info("settings changed", keys=sorted(values))

    async def offer_claim(self) -> None:
        """While nobody owns the bot: print a code that makes somebody its owner. A new one at each start."""
        if await self.database.read(staff.owners, self.setup.owners):
            return
        code = secrets.token_urlsafe(24)
        self.configured = replace(self.configured, claim=invitations.digest_of(code))
        self.setup = replace(self.setup, claim=self.configured.claim)
        address = f"https://t.me/{self.setup.bot_username}?start=o_{code}"
        sys.stdout.write(f"Nobody owns this bot yet. Whoever opens this link first does: {address}\n")
        sys.stdout.flush()

    async def _follow_flow(self, digest: str | None) -> None:
        if digest not in (None, self.setup.flow.version):
            flow = await self.database.read(flows.in_use, self.setup)
            self.setup = replace(self.setup, flow=flow)
            log.info("another flow is active", version=flow.version, blocks=len(flow.blocks))
            self.warn_about_hosts()

    def warn_about_hosts(self) -> None:
        """Say in the log which servers the flow asks in vain."""
        if refused := flows.refused_hosts(self.setup.flow, self.setup):
            log.warning("the flow asks servers that [http] hosts of config.toml does not name", hosts=list(refused))


class Context(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[str, Any]]):
    """What a handler has at hand."""

    @property
    def house(self) -> House:
        """What all turns share."""
        return cast(House, self.bot_data["house"])

    async def turn(self, update: Update, visit: Callable[..., T], *args: object) -> T:
        """Run `visit(db, *args, update_id, setup, now)` as the one transaction of this update."""
        return await self.house.turn(update.update_id, visit, *args)

    def paced(self, incoming: Incoming) -> Incoming:
        """What somebody did, with how fast they do things."""
        return self.house.paced(incoming)

    async def conclude(self, update: Update, visit: Visit) -> None:
        """Send and show what the visit ended with."""
        await self.house.conclude(asker_of(update), visit)

    def refresh_menus(self) -> None:
        """Let the menus of staff follow their roles."""
        self.house.refresh_menus()
