"""Support requests: taking, answering, handing back, and finding them again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.services import audit, outgoing_queue, requests_close, roles, sql, users_reach
from bot.services.refusal import Refusal
from bot.services.requests_answer import Answered, Origin, answer
from bot.services.requests_note import NOTE_MARK, is_note
from bot.services.roles import Actor, Role
from bot.services.setup import Setup
from models import Request, User

__all__ = [
    "NOTE_MARK",
    "Answered",
    "Counts",
    "Origin",
    "RequestPage",
    "Taken",
    "answer",
    "by_token",
    "close",
    "counts",
    "deactivate",
    "get",
    "is_note",
    "open_of",
    "page",
    "reactivate",
    "take",
]

_REQUESTS = sql.table(Request)


@dataclass(frozen=True, slots=True)
class Taken:
    """How taking a request ended: whether the actor has it now, else who has it or that it is closed."""

    won: bool
    by: str
    closed: bool = False
    #: In whose chats alerts are to be edited.
    pending: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class RequestPage:
    """Requests with their people, and whether there are more."""

    rows: Sequence[tuple[Request, User]]
    more: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many requests there are."""

    #: Open, and nobody has taken them.
    waiting: int
    #: Open, and somebody has taken them.
    taken: int

    @property
    def open(self) -> int:
        """All that are not closed."""
        return self.waiting + self.taken


def take(db: Session, request_id: int, *, by: Actor, now: datetime) -> Taken:
    """Take a request: the first one wins, the others learn who. Taking what one has already changes nothing."""
    roles.require(by, Role.STAFF)
    free = update(_REQUESTS).where(_REQUESTS.c.id == request_id, _REQUESTS.c.taken_by.is_(None))
    free = free.where(_REQUESTS.c.closed_at.is_(None)).values(taken_by=by.id, taken_at=now)
    user_id = db.scalar(free.returning(_REQUESTS.c.user_id))
    if user_id is None:
        return _too_late(db, request_id, by)
    audit.record(db, actor_id=by.id, action="request.take", target=f"user {user_id}", after=by.name, now=now)
    return Taken(won=True, by=by.name, pending=outgoing_queue.stale(db, request_id))


def _too_late(db: Session, request_id: int, by: Actor) -> Taken:
    request = get(db, request_id)
    if request is None:
        raise Refusal("refusals.unknown_request")
    who = request.closed_by if request.closed_at else request.taken_by
    mine = request.closed_at is None and request.taken_by == by.id
    return Taken(won=mine, by=users_reach.name(db, who) if who else "", closed=request.closed_at is not None)


def reactivate(db: Session, user_id: int, *, by: Actor, setup: Setup, now: datetime) -> frozenset[int]:
    """Hand a person back to the bot; whoever comes second changes nothing. Returns whom something is to be sent to."""
    roles.require(by, Role.STAFF)
    return requests_close.switch_on(db, user_id, by=by.id, setup=setup, now=now) or frozenset()


def close(db: Session, request_id: int, *, by: Actor, setup: Setup, now: datetime) -> frozenset[int] | None:
    """End a request; the switch stays as it is. Returns whom something is to be sent to; None if it was closed."""
    roles.require(by, Role.STAFF)
    request = get(db, request_id)
    if request is None:
        raise Refusal("refusals.unknown_request")
    pending = requests_close.close(db, request.user_id, request_id=request_id, by=by.id, setup=setup, now=now)
    if pending is not None:
        audit.record(db, actor_id=by.id, action="request.close", target=f"user {request.user_id}", now=now)
    return pending


def deactivate(db: Session, user_id: int, *, by: Actor, setup: Setup, now: datetime) -> frozenset[int]:
    """Silence the bot for a person: staff talk to them. Returns in whose chats alerts are to be edited."""
    roles.require(by, Role.STAFF)
    return requests_close.switch_off(db, user_id, by=by.id, now=now) or frozenset()


def get(db: Session, request_id: int) -> Request | None:
    """One request."""
    return db.get(Request, request_id, populate_existing=True)


def by_token(db: Session, token: str) -> Request | None:
    """The request that a link carries. Whoever comes with a link is still to be asked for their role."""
    return db.scalar(select(Request).where(Request.token == token).execution_options(populate_existing=True))


def open_of(db: Session, user_id: int) -> Request | None:
    """A person's open request."""
    query = select(Request).where(Request.user_id == user_id, Request.closed_at.is_(None))
    return db.scalar(query.execution_options(populate_existing=True))


def page(db: Session, open_only: bool = True, before: int | None = None, size: int = 8) -> RequestPage:
    """A page of requests with ids below `before`, newest first. The queue of staff is in `requests_list`."""
    query = select(Request, User).join(User, User.id == Request.user_id)
    if open_only:
        query = query.where(Request.closed_at.is_(None))
    if before is not None:
        query = query.where(Request.id < before)
    query = query.order_by(Request.id.desc()).limit(size + 1).execution_options(populate_existing=True)
    rows = [(request, user) for request, user in db.execute(query)]
    return RequestPage(rows[:size], more=len(rows) > size)


def counts(db: Session) -> Counts:
    """How many requests wait, and how many somebody takes care of."""
    query = select(func.count(), func.count(_REQUESTS.c.taken_by)).where(_REQUESTS.c.closed_at.is_(None))
    everything, taken = db.execute(query).one()
    return Counts(waiting=everything - taken, taken=taken)
