"""Drafts: what the next typed message of a person is for. They survive restarts and long pauses."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, select
from sqlalchemy.orm import Session

from bot.services import sql
from bot.services.prepared import Prepared
from bot.services.storable import storable_json
from models import Draft

_DRAFTS = sql.table(Draft)
_OF_ONE = Prepared(lambda dialect: select(_DRAFTS).where(_DRAFTS.c.user_id == bindparam("whose")))


def get(db: Session, user_id: int) -> Row[Any] | None:
    """What is expected of this person, if anything: a row of `models.Draft`. Asked for every message."""
    return _OF_ONE.first(db, {"whose": user_id})


def put(db: Session, user_id: int, expects: str, data: dict[str, Any], now: datetime) -> None:
    """Expect a typed message for the action `expects` (a packed press); replaces what was expected before."""
    values = {"expects": expects, "data": storable_json(data), "updated_at": now}
    statement = sql.insert(sql.dialect(db), Draft).values(user_id=user_id, **values)
    db.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=values))


def clear(db: Session, user_id: int) -> bool:
    """Expect nothing any more; false if nothing was expected."""
    statement = delete(sql.table(Draft)).where(Draft.user_id == user_id).returning(Draft.user_id)
    return db.scalar(statement) is not None
