"""The queue of open requests, those that nobody has taken first; and the requests of one person."""

from __future__ import annotations

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from bot.services.requests import RequestPage
from models import Request, User


def queue(db: Session, *, after: int | None = None, after_taken: bool = False, size: int = 8) -> RequestPage:
    """A page of the queue, with the people; after a request, which was taken or not, else from the beginning."""
    taken = Request.taken_by.is_not(None)
    query = select(Request, User).join(User, User.id == Request.user_id).where(Request.closed_at.is_(None))
    if after is not None:
        later = and_(taken if after_taken else ~taken, Request.id > after)
        query = query.where(later if after_taken else or_(later, taken))
    query = query.order_by(taken, Request.id).limit(size + 1).execution_options(populate_existing=True)
    rows = [(request, user) for request, user in db.execute(query)]
    return RequestPage(rows[:size], more=len(rows) > size)


def taken_by(db: Session, staff_id: int, *, limit: int = 8) -> list[Request]:
    """Open requests that a member of staff has."""
    query = select(Request).where(Request.taken_by == staff_id, Request.closed_at.is_(None)).order_by(Request.id)
    return list(db.scalars(query.limit(limit)))


def of_user(db: Session, user_id: int, *, before: int | None = None, limit: int = 8) -> list[Request]:
    """The last requests of one person (of those below the id `before`), newest first."""
    query = select(Request).where(Request.user_id == user_id).order_by(Request.id.desc()).limit(limit)
    if before is not None:
        query = query.where(Request.id < before)
    return list(db.scalars(query.execution_options(populate_existing=True)))
