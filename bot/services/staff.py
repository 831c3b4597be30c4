"""The people behind the desk: those with support messages on, the admins and the owners."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import User


@dataclass(frozen=True, slots=True)
class StaffPage:
    """People by id, and whether more follow."""

    people: Sequence[User]
    more: bool


def page(db: Session, owners: Collection[int], *, after: int | None = None, size: int = 8) -> StaffPage:
    """Staff, admins and owners whom the bot has met, with ids above `after`."""
    behind_the_desk = or_(User.support_since.is_not(None), User.role.is_not(None), User.id.in_(owners))
    query = select(User).where(behind_the_desk).order_by(User.id).limit(size + 1)
    if after is not None:
        query = query.where(User.id > after)
    people = db.scalars(query.execution_options(populate_existing=True)).all()
    return StaffPage(people[:size], more=len(people) > size)


def owners(db: Session, named: Collection[int]) -> list[int]:
    """Everybody who owns the bot, by id: those the config names, and who became one on the host or with the code."""
    return sorted({*named, *db.scalars(select(User.id).where(User.role == "owner"))})
