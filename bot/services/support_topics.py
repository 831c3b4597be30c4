"""Requests as topics of the staff group: what is to be done there next, and what became of it.

Nothing is queued: what a topic lacks is the difference between its row and the log and request it shows, so it can be
lost, found, deleted and made again without anything being forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, String, and_, bindparam, case, cast, func, literal, or_, select, update
from sqlalchemy.orm import Session

from bot.services import sql
from bot.services.messages import ALBUM_WINDOW
from models import DeskTopic, Message, Request, StaffGroup, User

_TOPICS, _GROUPS = sql.table(DeskTopic), sql.table(StaffGroup)
_REQUESTS, _USERS, _MESSAGES = sql.table(Request), sql.table(User), sql.table(Message)
#: Lines looked at once for what is to be posted.
LOOKED = 50
WAITING, TAKEN, CLOSED = "waiting", "taken", "closed"
#: Before what a topic shows that somebody has closed by hand: it is opened again as soon as there is something to say.
SHUT = "shut:"


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic as it is, and the request that it is to show."""

    request_id: int
    user_id: int
    chat_id: int
    thread_id: int | None
    card_id: int | None
    posted: int
    shown: str | None
    remade: int
    #: What title and card are to say: "waiting", "taken:<id>", "closed"; behind the last what else the card shows.
    state: str
    #: Number of the last line of the user's log.
    last: int

    @property
    def closed(self) -> bool:
        """Whether the request is closed."""
        return self.state.startswith(CLOSED)

    @property
    def shows_closed(self) -> bool:
        """Whether title and card have said so already."""
        return (self.shown or "").startswith(CLOSED)

    @property
    def shut(self) -> bool:
        """Whether the topic is closed, by us or by hand."""
        return (self.shown or "").startswith((CLOSED, SHUT))


@dataclass(frozen=True, slots=True)
class Unposted:
    """One line that the topic does not have yet."""

    number: int
    direction: str
    author: str
    author_id: int | None
    kind: str
    words: str
    content: dict[str, Any]
    telegram_id: int | None


def _state() -> ColumnElement[str]:
    taken = literal(f"{TAKEN}:").concat(cast(_REQUESTS.c.taken_by, String))
    silent = case((_USERS.c.bot_off_since.is_not(None), ":off"), else_="")
    rated = func.coalesce(literal(":").concat(cast(_REQUESTS.c.rating, String)), "")
    said = case((_REQUESTS.c.rating_comment.is_not(None), ":said"), else_="")
    closed = literal(CLOSED).concat(silent).concat(rated).concat(said)
    return case((_REQUESTS.c.closed_at.is_not(None), closed), (_REQUESTS.c.taken_by.is_(None), WAITING), else_=taken)


def _arriving() -> ColumnElement[bool]:
    """Parts of an album come one by one, without a word at the end: the last one may be on its way."""
    parts = _MESSAGES.c.content["album"].as_string().is_not(None)
    unposted = (_MESSAGES.c.user_id == _TOPICS.c.user_id) & (_MESSAGES.c.number > _TOPICS.c.posted) & parts
    return select(_MESSAGES.c.number).where(unposted, _MESSAGES.c.created_at > bindparam("whole_before")).exists()


_FIELDS = ("request_id", "user_id", "chat_id", "thread_id", "card_id", "posted", "shown", "remade")
_STATE = _state()
_JOINED = _TOPICS.join(_REQUESTS, _REQUESTS.c.id == _TOPICS.c.request_id).join(_USERS, _USERS.c.id == _TOPICS.c.user_id)
_TOPIC = select(
    *(_TOPICS.c[name] for name in _FIELDS), _STATE.label("state"), _USERS.c.last_message.label("last")
).select_from(_JOINED)
_BEHIND = or_(
    _TOPICS.c.thread_id.is_(None),
    _TOPICS.c.card_id.is_(None),
    _USERS.c.last_message > _TOPICS.c.posted,
    _TOPICS.c.shown.is_(None),
    _TOPICS.c.shown.not_in([_STATE, literal(SHUT).concat(_STATE)]),
)
_UNSETTLED = (_TOPICS.c.chat_id == bindparam("group")) & _TOPICS.c.settled_at.is_(None) & _BEHIND
_NEXT = (
    _TOPIC.where(_UNSETTLED, ~_arriving())
    .order_by(_TOPICS.c.served_at.is_not(None), _TOPICS.c.served_at, _TOPICS.c.request_id)
    .limit(1)
)
_AWAITING = select(_TOPICS.c.request_id).select_from(_JOINED).where(_UNSETTLED, _arriving()).limit(1)


def open_topic(db: Session, chat_id: int, request_id: int, user_id: int, *, posted: int) -> bool:
    """A request becomes a topic; the card has its words, so the lines up to `posted` are there. False: it cannot be."""
    if is_lost(db, chat_id):
        return False
    row = {"request_id": request_id, "user_id": user_id, "chat_id": chat_id, "posted": posted}
    db.execute(sql.insert(sql.dialect(db), DeskTopic).values(row).on_conflict_do_nothing())
    return True


def serves(db: Session, chat_id: int, request_id: int | None) -> bool:
    """Whether what belongs to this request is read in a topic of the staff group."""
    if request_id is None or is_lost(db, chat_id):
        return False
    mine = (_TOPICS.c.request_id == request_id) & (_TOPICS.c.chat_id == chat_id) & _TOPICS.c.failed.is_(None)
    return db.scalar(select(_TOPICS.c.request_id).where(mine)) is not None


def changed(db: Session, request_id: int) -> frozenset[int]:
    """The request is another one now, so its topic is to show that. Returns the group where it is."""
    again = update(_TOPICS).where(_TOPICS.c.request_id == request_id, _TOPICS.c.failed.is_(None))
    return frozenset(db.scalars(again.values(settled_at=None).returning(_TOPICS.c.chat_id)))


def is_lost(db: Session, chat_id: int) -> bool:
    """Whether the bot cannot work in this group at present."""
    lost = (_GROUPS.c.chat_id == chat_id) & _GROUPS.c.lost_at.is_not(None)
    return db.scalar(select(_GROUPS.c.chat_id).where(lost)) is not None


def next_topic(db: Session, chat_id: int, now: datetime) -> TopicState | None:
    """The topic that has been behind for longest, by when something was last done for it; None: all show all.

    One with an album on its way is left alone until the album is there.
    """
    if is_lost(db, chat_id):
        return None
    row = db.execute(_NEXT, {"group": chat_id, "whole_before": now - ALBUM_WINDOW}).one_or_none()
    return _of(row) if row else None


def awaits_album(db: Session, chat_id: int, now: datetime) -> bool:
    """Whether some topic is left alone for a moment, since an album is on its way."""
    return db.scalar(_AWAITING, {"group": chat_id, "whole_before": now - ALBUM_WINDOW}) is not None


def by_thread(db: Session, chat_id: int, thread_id: int) -> TopicState | None:
    """The topic with this id of Telegram's."""
    query = _TOPIC.where(_TOPICS.c.chat_id == chat_id, _TOPICS.c.thread_id == thread_id)
    row = db.execute(query).one_or_none()
    return _of(row) if row else None


def of_request(db: Session, request_id: int) -> TopicState | None:
    """The topic of a request."""
    row = db.execute(_TOPIC.where(_TOPICS.c.request_id == request_id)).one_or_none()
    return _of(row) if row else None


def _of(row: Any) -> TopicState:
    return TopicState(**{name: getattr(row, name) for name in (*_FIELDS, "state", "last")})


def unposted(db: Session, topic: TopicState, *, most: int | None = LOOKED) -> list[Unposted]:
    """What the topic does not have, in order: the user's words, and those of staff that were not written there."""
    elsewhere = or_(_MESSAGES.c.source_chat.is_(None), _MESSAGES.c.source_chat != topic.chat_id)
    by_staff = and_(_MESSAGES.c.author == "staff", elsewhere)
    noted = and_(_MESSAGES.c.direction == "note", _MESSAGES.c.author == "system")
    query = select(_MESSAGES).where(
        _MESSAGES.c.user_id == topic.user_id,
        _MESSAGES.c.number > topic.posted,
        _MESSAGES.c.request_id == topic.request_id,
        or_(_MESSAGES.c.direction == "in", by_staff, noted),
    )
    rows = db.execute(query.order_by(_MESSAGES.c.number).limit(most))
    return [_unposted(row) for row in rows]


def _unposted(row: Row[Any]) -> Unposted:
    who = (row.number, row.direction, row.author, row.author_id)
    return Unposted(*who, row.kind, row.words, row.content, row.telegram_id)


def note_posted(db: Session, topic: TopicState, upto: int, now: datetime) -> None:
    """The lines up to `upto` are there."""
    _note(db, topic, now, posted=upto, remade=0)


def note_made(db: Session, topic: TopicState, thread_id: int, now: datetime) -> None:
    """The topic is there, with the title of that state."""
    _note(db, topic, now, thread_id=thread_id, card_id=None, shown=topic.state)


def note_card(db: Session, topic: TopicState, card_id: int | None, now: datetime) -> None:
    """The card is there, or is gone."""
    _note(db, topic, now, card_id=card_id)


def note_shown(db: Session, topic: TopicState, now: datetime) -> None:
    """Title and card say what is; a closed one is done with once everything is posted."""
    _note(db, topic, now, shown=topic.state)


def note_door(db: Session, topic: TopicState, shut: bool) -> None:
    """Somebody closed the topic by hand, or opened it again."""
    shown = (topic.shown or "").removeprefix(SHUT)
    if shown and not topic.shows_closed:
        mine = _TOPICS.c.request_id == topic.request_id
        db.execute(update(_TOPICS).where(mine).values(shown=f"{SHUT}{shown}" if shut else shown))


def settle(db: Session, topic: TopicState, now: datetime) -> None:
    """Nothing more is to be done, unless the request changes. One that was closed before it was made shows nothing."""
    closed = select(_STATE).select_from(_REQUESTS.join(_USERS, _USERS.c.id == _REQUESTS.c.user_id))
    closed = closed.where(_REQUESTS.c.id == topic.request_id, _REQUESTS.c.closed_at.is_not(None))
    shows = or_(_TOPICS.c.shown == closed.scalar_subquery(), _TOPICS.c.thread_id.is_(None) & closed.exists())
    mine = (_TOPICS.c.request_id == topic.request_id) & shows
    db.execute(update(_TOPICS).where(mine).values(settled_at=now, served_at=now))


def _note(db: Session, topic: TopicState, now: datetime, **values: Any) -> None:
    mine = _TOPICS.c.request_id == topic.request_id
    db.execute(update(_TOPICS).where(mine).values(served_at=now, **values))
