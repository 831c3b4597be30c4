"""Taking pushes back and changing their text: over Telegram, person by person, as the rows say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from bot.compose import compose, edit
from bot.limits import Lane, Sleep
from bot.outbox import Outbox
from bot.services import push_sweeps
from bot.services.clock import Clock
from bot.services.database import Database
from bot.services.push_sweeps import Swept, Target
from bot.services.receipt import Outcome, Receipt
from bot.services.setup import Setup
from bot.wire import Call

#: Seconds to wait where Telegram names none, and people between two notes.
SOON, BATCH = 1.0, 20
#: Attempts at one person's messages.
TRIES = 5


class Sweeps:
    """Works on what was begun; what was interrupted goes on after the last person that was noted."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        setup: Callable[[], Setup],
        clock: Clock,
        *,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._setup = setup
        self._clock = clock
        self._sleep = sleep

    async def work(self) -> None:
        """Everything that is begun, to its end."""
        for sweep_id in await self._database.read(push_sweeps.going):
            while await self._step(sweep_id):
                pass

    async def _step(self, sweep_id: int) -> bool:
        """One batch; false: there is no more."""
        setup, now = self._setup(), self._clock.now()
        targets = await self._database.read(push_sweeps.batch, sweep_id, BATCH, setup=setup, now=now)
        if targets is None:
            return False
        swept = [await self._change(target) for target in targets]
        told = await self._database.write(
            push_sweeps.note, sweep_id, swept, last=len(targets) < BATCH, setup=setup, now=self._clock.now()
        )
        self._tell(told)
        return len(targets) == BATCH

    def _tell(self, told: Iterable[int]) -> None:
        self._outbox.poke(told)

    async def _change(self, target: Target) -> Swept:
        """One person's messages; a wait that Telegram asks for is kept."""
        if not target.telegram_ids:
            return Swept(target.user_id, False, "nobody knows which message it was")
        call, receipt = _call(target), Receipt(Outcome.RETRY)
        if call is None:
            return Swept(target.user_id, False, "messages of this kind cannot be changed")
        for _ in range(TRIES):
            receipt, _ = await self._outbox.call(target.user_id, call, Lane.PUSH)
            if receipt.outcome is not Outcome.RETRY:
                break
            await self._sleep(receipt.retry_after or SOON)
        return Swept(target.user_id, receipt.outcome is Outcome.SENT, receipt.reason)


def _call(target: Target) -> Call | None:
    if target.content is None:
        return Call("deleteMessages", {"chat_id": target.user_id, "message_ids": list(target.telegram_ids)})
    media = {target.content.media: target.content.media} if target.content.media else {}
    return edit(target.user_id, target.telegram_ids[0], compose(target.user_id, target.content, media))
