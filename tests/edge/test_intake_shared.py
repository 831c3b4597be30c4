"""The way in of several workers: what was stored without their knowing has its turn before what comes next."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.intake_shared import SharedIntake
from bot.services import inbox, workers
from bot.services.database import Database
from bot.turns import Turns, Waiting
from tests.clock import NOON, FakeClock
from tests.services.office import VERA


class Cut(Database):
    """A database whose connection breaks behind the commit of what is stored, so many times."""

    cuts = 0

    async def write(self, service: Any, *args: Any, **values: Any) -> Any:
        result = await super().write(service, *args, **values)
        if service is workers.store and self.cuts:
            self.cuts -= 1
            raise OperationalError("COMMIT", None, ConnectionError("the connection broke"))
        return result


def update(number: int) -> dict[str, Any]:
    return {"update_id": number, "message": {"from": {"id": VERA.id}}}


@pytest.mark.parametrize("cuts", [1, 2])
async def test_an_update_whose_storing_was_in_doubt_is_not_overtaken(postgres_url: str, cuts: int) -> None:
    heard: list[int] = []
    database, clock = Cut(postgres_url), FakeClock()

    async def hear(waiting: Waiting) -> None:
        heard.append(waiting.update_id)
        await database.write(inbox.mark_done, waiting.update_id, NOON)

    async def parked(waiting: Waiting, error: Exception) -> None:
        raise error

    turns = Turns(hear, parked, database, clock)
    intake = SharedIntake(database, turns, clock, await database.write(workers.enter))
    database.cuts = cuts
    for number in range(cuts):
        with pytest.raises(DBAPIError):
            await intake.store([update(number)])
    await intake.store([update(cuts)])
    await turns.idle()
    await database.close()
    assert heard == list(range(cuts + 1))
