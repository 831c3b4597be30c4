"""Who stands where in the flow, and whom a new version would leave without a block."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.flow import Flow
from bot.flow.difference import gone
from bot.services import sql
from models import Message, Place, Push, User, Wait

#: Ways are counted over this time.
LATELY = timedelta(days=30)

_USERS, _MESSAGES = sql.table(User), sql.table(Message)


@dataclass(frozen=True, slots=True)
class Stranded:
    """What stands on blocks that vanish: people, waits that would open one, titles of pushes that start with one."""

    people: int
    waits: int
    pushes: tuple[str, ...]


def people_at(db: Session) -> Mapping[str, int]:
    """How many people stand at each block now; blocks without anybody are missing."""
    query = select(Place.block, func.count()).where(Place.block.is_not(None)).group_by(Place.block)
    return {str(block): count for block, count in db.execute(query)}


@dataclass(frozen=True, slots=True)
class Traffic:
    """How often people went from one block to the next, by both names; and of how many people that was looked up."""

    ways: Mapping[tuple[str, str], int]
    #: Only the people who wrote last were counted, and there are more.
    is_part: bool


def traffic(db: Session, now: datetime, *, most: int = 2_000) -> Traffic:
    """The ways that were taken lately by the `most` people who wrote last: no slower where there are millions."""
    since = now - LATELY
    lately = select(_USERS.c.id).where(_USERS.c.last_seen_at >= since).order_by(_USERS.c.last_seen_at.desc())
    people = db.scalars(lately.limit(most + 1)).all()
    taken = select(_MESSAGES.c.way, func.count()).where(
        _MESSAGES.c.user_id.in_(people[:most]), _MESSAGES.c.created_at >= since, _MESSAGES.c.way.is_not(None)
    )
    counted: Counter[tuple[str, str]] = Counter()
    for way, times in db.execute(taken.group_by(_MESSAGES.c.way)):
        for pair in pairwise(way.split()):
            counted[pair] += times
    return Traffic(counted, len(people) > most)


def stranded(db: Session, old: Flow, new: Flow) -> Stranded:
    """Whom and what the blocks that `new` does not have any more leave behind."""
    vanished = gone(old, new)
    people = sum(count for block, count in people_at(db).items() if block in vanished)
    waits = select(Wait.block, func.count()).group_by(Wait.block)
    pushes = select(Push.title, Push.start).where(Push.deleted_at.is_(None), Push.start.is_not(None))
    return Stranded(
        people,
        sum(count for block, count in db.execute(waits) if block in vanished),
        tuple(title for title, start in db.execute(pushes.order_by(Push.id)) if start in vanished),
    )
