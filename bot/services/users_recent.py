"""Who was here last."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import User


def last_seen(db: Session, limit: int) -> list[User]:
    """The users who were here last, newest first."""
    query = select(User).order_by(User.last_seen_at.desc(), User.id.desc()).limit(limit)
    return list(db.scalars(query.execution_options(populate_existing=True)))
