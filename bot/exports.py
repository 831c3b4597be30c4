"""Exports on their way: read in pages, written to a file beside memory, sent to the private chat of who asked."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

import structlog

from bot import texts
from bot.limits import Lane, Sleep
from bot.rules import Rule, RuleError
from bot.services import audience, push_report, roles, tables, users_export
from bot.services.audience_order import Sort
from bot.services.clock import Clock
from bot.services.database import Database
from bot.services.receipt import Outcome, Receipt
from bot.services.roles import Actor, Role
from bot.services.setup import Setup
from bot.ui import times
from bot.wire import Call, File
from models import Export

log = structlog.get_logger(__name__)

#: The most that Telegram takes from a bot, in bytes.
LIMIT = 50 * 1024 * 1024
#: Seconds between two words on how far it is.
EVERY = 3.0
#: What of a file is kept in memory.
_IN_MEMORY = 2**20

Send = Callable[[int, Call, Lane], Awaitable[tuple[Receipt, Any]]]


@dataclass(slots=True)
class _Work:
    """One export while it is made."""

    asked: Export
    actor: Actor
    rule: Rule | None
    message_id: int | None = None
    rows: int = 0
    told_at: float = 0.0


class Exports:
    """Makes what was asked for. An export that was broken off is made again from its row."""

    def __init__(
        self,
        database: Database,
        send: Send,
        setup: Callable[[], Setup],
        clock: Clock,
        *,
        sleep: Sleep = asyncio.sleep,
        limit: int = LIMIT,
    ) -> None:
        """`send`: one call under the limits, as `Outbox.call`."""
        self._database = database
        self._send = send
        self._setup = setup
        self._clock = clock
        self._sleep = sleep
        self._limit = limit

    async def make(self) -> None:
        """Make and send everything that waits, one after the other."""
        for asked in await self._database.read(users_export.waiting):
            await self._make(asked)
            await self._database.write(users_export.done, asked.id)

    async def _make(self, asked: Export) -> None:
        """For nobody who has lost the role in the meantime."""
        actor = await self._database.read(roles.actor, asked.user_id, self._setup())
        if actor.role < Role.ADMIN:
            log.warning("an export was not made, its admin is none any more", user=actor.id)
            return
        try:
            rule = await self._database.read(audience.read, asked.rule) if asked.rule else None
        except RuleError:
            await self._tell(_Work(asked, actor, None), "users.unreadable")
            return
        work = _Work(asked, actor, rule)
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
            await self._fill(work, file)
            await self._deliver(work, file)

    async def _fill(self, work: _Work, file: IO[bytes]) -> None:
        now = self._clock.now().astimezone(self._setup().zone)
        run_id = work.asked.run_id
        names = await self._database.read(users_export.header) if run_id is None else push_report.HEADER
        table = tables.table(work.asked.kind, file)
        table.write([names])
        await self._tell(work, "users.exporting", count=0)
        at: Any = None
        while True:
            piece = await self._piece(work, names, at, now)
            await asyncio.to_thread(table.write, piece.rows)
            work.rows += len(piece.rows)
            if piece.next is None or file.tell() > self._limit:
                break
            at = piece.next
            await self._progress(work)
        table.close()

    async def _piece(
        self, work: _Work, names: tuple[str, ...], at: Any, now: datetime
    ) -> users_export.Piece | push_report.Piece:
        """The next rows, after a place that the last piece named."""
        if work.asked.run_id is not None:
            return await self._database.read(push_report.piece, work.asked.run_id, after=at)
        sort = Sort(work.asked.sort)
        return await self._database.read(users_export.piece, work.rule, names, sort=sort, after=at, now=now)

    async def _progress(self, work: _Work) -> None:
        if self._clock.monotonic() - work.told_at >= EVERY:
            await self._tell(work, "users.exporting", count=work.rows)

    async def _deliver(self, work: _Work, file: IO[bytes]) -> None:
        size = file.tell()
        if size > self._limit:
            await self._tell(work, "users.export_too_large", count=work.rows)
            return
        file.seek(0)
        content = await asyncio.to_thread(file.read)
        when = times.full(self._clock.now(), self._setup().zone, texts.nearest(work.actor.language))
        said = self._say(work, "users.exported", count=work.rows, name=work.actor.name, id=str(work.actor.id), at=when)
        what = "users" if work.asked.run_id is None else "recipients"
        name = f"{what}-{self._clock.now():%Y%m%d-%H%M%S}.{work.asked.kind}"
        call = Call(
            "sendDocument", {"chat_id": work.actor.id, "caption": said[:1024]}, {"document": File(name, content)}
        )
        receipt = await self._surely(work, call)
        if receipt.outcome is not Outcome.SENT:
            log.warning("an export did not arrive", user=work.actor.id, reason=receipt.reason)
            await self._tell(work, "users.export_failed")
        elif work.message_id is not None:
            await self._surely(work, Call("deleteMessage", self._place(work)))

    async def _tell(self, work: _Work, key: str, **values: object) -> None:
        """A word in the one message that says how far it is."""
        work.told_at = self._clock.monotonic()
        text = {"text": self._say(work, key, **values)}
        if work.message_id is not None:
            await self._send(work.actor.id, Call("editMessageText", {**self._place(work), **text}), Lane.SUPPORT)
            return
        receipt = await self._surely(work, Call("sendMessage", {"chat_id": work.actor.id, **text}))
        work.message_id = receipt.telegram_id

    async def _surely(self, work: _Work, call: Call) -> Receipt:
        """Send it, as often as Telegram says later."""
        while True:
            receipt, _ = await self._send(work.actor.id, call, Lane.SUPPORT)
            if receipt.outcome is not Outcome.RETRY:
                return receipt
            await self._sleep(receipt.retry_after or 1.0)

    def _place(self, work: _Work) -> dict[str, Any]:
        return {"chat_id": work.actor.id, "message_id": work.message_id}

    def _say(self, work: _Work, key: str, **values: object) -> str:
        return texts.say(work.actor.language or self._setup().language, key, **values)
