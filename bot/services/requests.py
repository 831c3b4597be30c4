"""Support requests: taking, answering, handing back, and finding them again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.flow.content import Content
from bot.services import audit, contents, messages, outgoing_queue, requests_close, roles, sql, users_reach
from bot.services.messages import Line
from bot.services.outgoing_queue import ALERT, SUPPORT, outgoing
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role
from bot.services.setup import Setup
from models import Message, Request, User

#: What a line of staff's begins with that only staff are to see.
NOTE_MARK = "//"

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


def is_note(content: Content) -> bool:
    """Whether a line of staff's is a note that only staff see."""
    return contents.words(content.text).lstrip().startswith(NOTE_MARK)


def answer(db: Session, user_id: int, content: Content, *, by: Actor, setup: Setup, now: datetime) -> int:
    """Send a person what staff say to them, or keep it as a note (`is_note`); returns the number of the line."""
    roles.require(by, Role.STAFF)
    request_id = db.scalar(
        select(_REQUESTS.c.id).where(_REQUESTS.c.user_id == user_id, _REQUESTS.c.closed_at.is_(None))
    )
    noted = is_note(content)
    line = (_note if noted else _answer)(user_id, content, by, request_id)
    action = "request.note" if noted else "request.answer"
    try:
        (number,) = messages.write(db, [line], now=now)
    except LookupError as unknown:
        raise Refusal("refusals.unknown_user", user=str(user_id)) from unknown
    if not noted:
        first = (_REQUESTS.c.id == request_id) & _REQUESTS.c.answered_at.is_(None)
        db.execute(update(_REQUESTS).where(first).values(answered_at=now))
    audit.record(db, actor_id=by.id, action=action, target=f"user {user_id}", now=now)
    return number


def _answer(user_id: int, content: Content, by: Actor, request_id: int | None) -> Line:
    return outgoing(user_id, content, author="staff", author_id=by.id, lane=SUPPORT, request_id=request_id)


def _note(user_id: int, content: Content, by: Actor, request_id: int | None) -> Line:
    words = contents.words(content.text).strip().removeprefix(NOTE_MARK).strip()
    written = contents.to_json(content)
    return Line(user_id, "note", "staff", str(content.kind), words, written, author_id=by.id, request_id=request_id)


def reactivate(db: Session, user_id: int, *, by: Actor, setup: Setup, now: datetime) -> frozenset[int]:
    """Hand a person back to the bot; whoever comes second changes nothing. Returns whom something is to be sent to."""
    roles.require(by, Role.STAFF)
    return requests_close.switch_on(db, user_id, by=by.id, setup=setup, now=now) or frozenset()


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


def relayed_message(db: Session, staff_id: int, telegram_id: int) -> int | None:
    """Whom a message in a staff member's chat stands for: an alert, a relay, or a line about a person. None: nobody."""
    query = select(Message.kind, Message.content, Message.request_id).where(
        Message.user_id == staff_id, Message.telegram_id == telegram_id, Message.direction == "out"
    )
    row = db.execute(query.order_by(Message.number.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    if row.kind == ALERT:
        request = get(db, row.request_id or 0)
        return request.user_id if request else None
    about: int | None = row.content.get("relay_of", [row.content.get("about")])[0]
    return about
