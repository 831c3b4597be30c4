"""S36: one user floods the bot; nobody else waits for that, and nothing of the flood is lost."""

from __future__ import annotations

import asyncio

from sqlalchemy import func, select

from bot.flow import parse
from bot.flow.heard import Wrote
from bot.pace import Paces
from bot.services import inbox
from bot.services.conversations import Incoming, hear
from bot.services.database import Database
from bot.services.inbox import Accepted
from bot.services.setup import Setup
from bot.turns import Turns, Waiting
from models import Message
from tests.edge.timeline import Timeline
from tests.services.office import LIBRARY, OTTO, VERA

FLOOD, PER_MINUTE = 300, 60


async def test_s36_the_flood_of_one_user_never_blocks_others(database: Database) -> None:
    time, setup = Timeline(), Setup(parse(LIBRARY, folder=None), 1, "library_bot")
    paces, people = Paces(time, PER_MINUTE), {VERA.id: VERA, OTTO.id: OTTO}
    begun, ended = list[int](), list[int]()

    async def handle(waiting: Waiting) -> None:
        who = people[waiting.lane]
        begun.append(who.id)
        heard = Incoming(who, Wrote("hi"), words="hi", telegram_id=waiting.update_id, pace=paces.of(who.id))
        await database.write(hear, heard, update_id=waiting.update_id, setup=setup, now=time.now())
        ended.append(who.id)

    async def parked(waiting: Waiting, error: Exception) -> None:
        raise error

    turns = Turns(handle, parked, database, time, sleep=time.sleep)
    lanes = [(number, VERA.id) for number in range(1, FLOOD + 1)] + [(FLOOD + 1, OTTO.id)]
    await database.write(inbox.accept, [Accepted(number, lane, "{}") for number, lane in lanes], time.now())
    for number, lane in lanes:
        turns.put(Waiting(number, lane, {}))
    async with asyncio.timeout(60):
        await turns.idle()
    assert begun.index(OTTO.id) == 1  # who came last begins beside the first one, however long a transaction takes
    assert len(ended) == FLOOD + 1 and ended[-1] == VERA.id
    kept = select(Message.user_id, Message.direction, func.count()).group_by(Message.user_id, Message.direction)
    lines = {(row[0], row[1]): row[2] for row in await database.read(lambda db: db.execute(kept).all())}
    assert lines[VERA.id, "in"] == FLOOD
    assert 0 < lines[VERA.id, "out"] <= PER_MINUTE // 2 + 1  # half a minute's worth, and one word that it is too fast
    assert lines[OTTO.id, "in"] == 1 and lines[OTTO.id, "out"] > 0
