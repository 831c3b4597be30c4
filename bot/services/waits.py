"""Waits: which blocks a flow opens for whom later, and when they are due."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from bot.flow.effects import Wake
from bot.services import sql
from models import User, Wait

_USERS, _WAITS = sql.table(User), sql.table(Wait)
#: For a query over `users`: the person has a wait that ends when they go on.
HAS_LOOSE = exists().where(_WAITS.c.user_id == _USERS.c.id, ~_WAITS.c.keep)


def begin(db: Session, user_id: int, wakes: Sequence[Wake]) -> None:
    """Write down waits; one for a block that is waited for already takes the old one's place."""
    rows = {one.block: {"user_id": user_id, "block": one.block, "due_at": one.at, "keep": one.keep} for one in wakes}
    if rows:
        db.execute(_begin(sql.dialect(db)), list(rows.values()))


@cache
def _begin(dialect: str) -> Any:
    statement = sql.insert(dialect, Wait)
    changed = {name: statement.excluded[name] for name in ("due_at", "keep")}
    return statement.on_conflict_do_update(index_elements=["user_id", "block"], set_=changed)


def moved_on(db: Session, user_ids: Collection[int]) -> None:
    """These people went on to another block: what was waited for is dropped, unless it is to be kept."""
    if user_ids:
        db.execute(delete(_WAITS).where(_WAITS.c.user_id.in_(user_ids), ~_WAITS.c.keep))


def due(db: Session, now: datetime, limit: int = 500) -> list[tuple[int, str]]:
    """Waits that are over as (user id, block), the longest due first.

    Those of people whom the bot is silent for, or cannot reach, stand.
    """
    awake = _USERS.c.bot_off_since.is_(None) & _USERS.c.blocked_at.is_(None) & _USERS.c.gone_at.is_(None)
    over = select(_WAITS.c.user_id, _WAITS.c.block).join_from(_WAITS, _USERS).where(_WAITS.c.due_at <= now, awake)
    ordered = over.order_by(_WAITS.c.due_at, _WAITS.c.user_id, _WAITS.c.block).limit(limit)
    return [(row.user_id, row.block) for row in db.execute(ordered)]


def take(db: Session, user_id: int, block: str, now: datetime) -> Wake | None:
    """End a wait that is over; None where somebody else did, or it was dropped or put off."""
    mine = (_WAITS.c.user_id == user_id) & (_WAITS.c.block == block) & (_WAITS.c.due_at <= now)
    row = db.execute(delete(_WAITS).where(mine).returning(_WAITS.c.due_at, _WAITS.c.keep)).one_or_none()
    return Wake(row.due_at, block, row.keep) if row else None
