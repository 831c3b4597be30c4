"""What people's values are, to be offered while a rule is built: the most frequent ones among those last active."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models import User, UserTag, UserVariable, Variable

#: People who are looked at: enough to know what is usual, few enough to be read at once among a million.
_LOOKED_AT = 2_000
#: Longer values fit on no button.
_LONGEST = 64
_COLUMNS = ("first_name", "last_name", "username", "language", "phone", "email", "source")


def frequent(db: Session, field: str, *, limit: int = 8) -> list[str]:
    """The most frequent values of a variable or system field, as they are written; empty where none can be offered."""
    query = _values(field)
    if query is None:
        return []
    values = query.subquery()
    value = values.c[0]
    counted = select(value).where(value.is_not(None), value != "", func.length(value) <= _LONGEST)
    return list(db.scalars(counted.group_by(value).order_by(func.count().desc(), value).limit(limit)))


def _values(field: str) -> Select[Any] | None:
    recent = select(User.id).order_by(User.last_seen_at.desc(), User.id.desc()).limit(_LOOKED_AT).subquery()
    if field == "tag":
        return select(UserTag.tag).join(recent, recent.c.id == UserTag.user_id)
    if field in _COLUMNS:
        return select(getattr(User, field)).join(recent, recent.c.id == User.id)
    if field in ("id", "joined", "last_seen", "bot_active", "blocked", "gone", "unsubscribed", "muted", "banned"):
        return None
    of_variable = select(UserVariable.text).join(recent, recent.c.id == UserVariable.user_id)
    return of_variable.join(Variable, Variable.id == UserVariable.variable_id).where(Variable.name == field)
