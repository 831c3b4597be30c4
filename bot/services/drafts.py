"""Drafts: what the next typed message of a person is for. They survive restarts and long pauses."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.services import sql
from bot.services.storable import storable_json
from models import Draft


def get(db: Session, user_id: int) -> Draft | None:
    """What is expected of this person, if anything."""
    return db.scalar(select(Draft).where(Draft.user_id == user_id).execution_options(populate_existing=True))


def put(db: Session, user_id: int, expects: str, data: dict[str, Any], now: datetime) -> None:
    """Expect a typed message for the action `expects` (a packed press); replaces what was expected before."""
    values = {"expects": expects, "data": storable_json(data), "updated_at": now}
    statement = sql.insert(sql.dialect(db), Draft).values(user_id=user_id, **values)
    db.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=values))


def clear(db: Session, user_id: int) -> bool:
    """Expect nothing any more; false if nothing was expected."""
    statement = delete(sql.table(Draft)).where(Draft.user_id == user_id).returning(Draft.user_id)
    return db.scalar(statement) is not None
