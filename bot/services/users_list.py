"""Users for a list, in the order that the list found them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import User


def in_order(db: Session, ids: Sequence[int]) -> list[User]:
    """The users with these ids, in this order; those that are gone are left out."""
    found = db.scalars(select(User).where(User.id.in_(ids)).execution_options(populate_existing=True))
    by_id = {user.id: user for user in found}
    return [by_id[user_id] for user_id in ids if user_id in by_id]
