"""Whether somebody wants pushes: said with a button of a push, in the flow, or with /stop."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.services import audit, sql
from models import User

_USERS = sql.table(User)


def want(db: Session, user_id: int, wanted: bool, *, by: int, now: datetime) -> bool:
    """Send pushes to a person from now on, or none; false if it was so already, or nobody has met them."""
    other = _USERS.c.unsubscribed_at.is_not(None) if wanted else _USERS.c.unsubscribed_at.is_(None)
    changed = update(_USERS).where(_USERS.c.id == user_id, other).values(unsubscribed_at=None if wanted else now)
    if db.scalar(changed.returning(_USERS.c.id)) is None:
        return False
    before, after = ("off", "on") if wanted else ("on", "off")
    audit.record(db, actor_id=by, action="user.pushes", target=f"user {user_id}", before=before, after=after, now=now)
    return True
