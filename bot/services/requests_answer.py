"""What staff say: an answer that goes to the user, or a note that only staff see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.flow.content import Content
from bot.services import audit, contents, messages, outgoing_queue, roles, sql
from bot.services.messages import ALBUM_WINDOW, Line
from bot.services.outgoing_queue import SUPPORT, Source, outgoing
from bot.services.refusal import Refusal
from bot.services.requests_note import is_note, note_words
from bot.services.roles import Actor, Role
from bot.services.setup import Setup
from models import Message, Request, User

_REQUESTS, _USERS, _MESSAGES = sql.table(Request), sql.table(User), sql.table(Message)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an answer comes from, and what it belongs to."""

    #: The message of the member of staff that it is a copy of: it follows when that is edited.
    source: Source | None = None
    #: The user's message that it answers, by Telegram's id.
    reply_to: int | None = None
    #: The album that it is a part of.
    album: str | None = None
    #: The request whose alert or message was replied to; one that is closed is opened again.
    request_id: int | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What was made of it: the number of its line in the user's log."""

    number: int
    noted: bool
    #: The request was closed, and is open again.
    reopened: bool
    #: Whom there is something to send to.
    pending: frozenset[int]


def answer(
    db: Session, user_id: int, content: Content, *, by: Actor, origin: Origin | None = None, setup: Setup, now: datetime
) -> Answered:
    """Send a person what staff say to them, or keep it as a note (`is_note`). Raises a Refusal for somebody unknown."""
    roles.require(by, Role.STAFF)
    origin = origin or Origin()
    noted = is_note(content)
    request_id, changed = _request(db, user_id, origin, noted, by, now)
    line = _note(user_id, content, by, request_id, origin)
    if not noted:
        line = _answer(user_id, content, by, request_id, origin, now)
    try:
        (number,) = messages.write(db, [line], now=now)
    except LookupError as unknown:
        raise Refusal("refusals.unknown_user", user=str(user_id)) from unknown
    if not noted and request_id is not None:
        _note_answered(db, request_id, now)
    action = "request.note" if noted else "request.answer"
    audit.record(db, actor_id=by.id, action=action, target=f"user {user_id}", now=now)
    pending = frozenset() if noted else frozenset({user_id})
    return Answered(number, noted, changed is not None, pending | (changed or frozenset()))


def _request(
    db: Session, user_id: int, origin: Origin, noted: bool, by: Actor, now: datetime
) -> tuple[int | None, frozenset[int] | None]:
    """The open request, after the closed one that was replied to was opened again: then also whose alerts changed."""
    # Their row is locked first, as by everybody who opens a request for them.
    db.execute(select(_USERS.c.id).where(_USERS.c.id == user_id).with_for_update(key_share=True))
    opened = db.scalar(select(_REQUESTS.c.id).where(_REQUESTS.c.user_id == user_id, _REQUESTS.c.closed_at.is_(None)))
    if opened is not None or noted or origin.request_id is None:
        return opened, None
    return origin.request_id, reopen(db, origin.request_id, by=by, now=now)


def reopen(db: Session, request_id: int, *, by: Actor, now: datetime) -> frozenset[int]:
    """A closed request is open again and its opener's; the bot is silent. Returns in whose chats alerts change.

    The caller holds the person's row, and has seen that no request of theirs is open.
    """
    again = update(_REQUESTS).where(_REQUESTS.c.id == request_id, _REQUESTS.c.closed_at.is_not(None))
    fresh = {"closed_at": None, "closed_by": None, "closed_why": None, "taken_by": by.id, "taken_at": now}
    user_id = db.scalar(again.values(**fresh, reopened=_REQUESTS.c.reopened + 1).returning(_REQUESTS.c.user_id))
    if user_id is None:
        return frozenset()
    off = update(_USERS).where(_USERS.c.id == user_id, _USERS.c.bot_off_since.is_(None))
    db.execute(off.values(bot_off_since=now, bot_off_by=by.id))
    audit.record(db, actor_id=by.id, action="request.reopen", target=f"user {user_id}", now=now)
    return outgoing_queue.stale(db, request_id)


def _note_answered(db: Session, request_id: int, now: datetime) -> None:
    answered = {"answered_at": func.coalesce(_REQUESTS.c.answered_at, now), "waits_since": None}
    db.execute(update(_REQUESTS).where(_REQUESTS.c.id == request_id).values(answered))


def _answer(user_id: int, content: Content, by: Actor, request_id: int | None, origin: Origin, now: datetime) -> Line:
    return outgoing(
        user_id,
        content,
        author="staff",
        author_id=by.id,
        lane=SUPPORT,
        request_id=request_id,
        more=_more(origin),
        source=origin.source,
        due_at=now + ALBUM_WINDOW if origin.album else None,
    )


def _note(user_id: int, content: Content, by: Actor, request_id: int | None, origin: Origin) -> Line:
    written = contents.to_json(content) | _more(origin)
    chat, message = origin.source or (None, None)
    place = {"author_id": by.id, "request_id": request_id, "source_chat": chat, "source_id": message}
    return Line(user_id, "note", "staff", str(content.kind), note_words(content), written, **place)  # type: ignore[arg-type]


def _more(origin: Origin) -> dict[str, object]:
    reply = {"reply_to": origin.reply_to} if origin.reply_to is not None else {}
    return reply | ({"album": origin.album} if origin.album else {})


def album_of(db: Session, staff_id: int, album: str) -> tuple[int, int | None] | None:
    """Whom the last thing that a member of staff sent went to, if it was a part of this album; and its request."""
    query = select(_MESSAGES.c.user_id, _MESSAGES.c.content, _MESSAGES.c.request_id)
    last = query.where(_MESSAGES.c.source_chat == staff_id, _MESSAGES.c.author == "staff")
    row = db.execute(last.order_by(_MESSAGES.c.source_id.desc()).limit(1)).one_or_none()
    return (row.user_id, row.request_id) if row and row.content.get("album") == album else None
