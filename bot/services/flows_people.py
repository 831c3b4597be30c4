"""Who stands where in the flow, and whom a new version would leave without a block."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.flow import Flow
from bot.flow.difference import gone
from models import Place, Push


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


def stranded(db: Session, old: Flow, new: Flow) -> Stranded:
    """Whom and what the blocks that `new` does not have any more leave behind."""
    vanished = gone(old, new)
    people = sum(count for block, count in people_at(db).items() if block in vanished)
    waits = select(Place.wake_block, func.count()).where(Place.wake_at.is_not(None)).group_by(Place.wake_block)
    pushes = select(Push.title, Push.start).where(Push.deleted_at.is_(None), Push.start.is_not(None))
    return Stranded(
        people,
        sum(count for block, count in db.execute(waits) if block in vanished),
        tuple(title for title, start in db.execute(pushes.order_by(Push.id)) if start in vanished),
    )
