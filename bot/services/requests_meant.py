"""What a message in a staff member's chat stands for: an alert, a relay, or a line about a person."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bot.services import sql
from bot.services.outgoing_queue import ALERT
from models import Message, Request

_MESSAGES, _REQUESTS = sql.table(Message), sql.table(Request)


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom a reply to that message goes to."""

    user_id: int
    request_id: int | None
    #: The user's message that it shows, by Telegram's id in their chat.
    quotes: int | None


def meant(db: Session, staff_id: int, telegram_id: int) -> Meant | None:
    """What a message that staff replied to stands for; None: nobody, or several at once."""
    query = select(_MESSAGES).where(
        _MESSAGES.c.user_id == staff_id, _MESSAGES.c.telegram_id == telegram_id, _MESSAGES.c.direction == "out"
    )
    rows = db.execute(query.order_by(_MESSAGES.c.number.desc()).limit(2)).all()
    if not rows:
        return None
    row = rows[0]
    if row.kind != ALERT:
        about: int | None = row.content.get("relay_of", [row.content.get("about")])[0]
        quotes = row.source_id if row.source_chat == about and len(rows) == 1 else None
        return Meant(about, row.request_id, quotes) if about is not None else None
    user_id = db.scalar(select(_REQUESTS.c.user_id).where(_REQUESTS.c.id == row.request_id))
    if user_id is None or len(rows) > 1:  # a summary of several requests is nobody's
        return None
    return Meant(user_id, row.request_id, row.source_id)


def place_of(db: Session, staff_id: int, user_id: int, telegram_id: int | None) -> int | None:
    """Where a message of a user's chat is in a staff member's own: what was passed on, or what they answered."""
    if telegram_id is None:
        return None
    shown = _MESSAGES.c.user_id == staff_id, _MESSAGES.c.source_chat == user_id, _MESSAGES.c.source_id == telegram_id
    passed_on = select(_MESSAGES.c.telegram_id).where(*shown, _MESSAGES.c.telegram_id.is_not(None)).limit(1)
    found: int | None = db.scalar(passed_on)
    if found is not None:
        return found
    theirs = select(_MESSAGES.c.source_id).where(_of(user_id, telegram_id), _MESSAGES.c.source_chat == staff_id)
    written: int | None = db.scalar(theirs.limit(1))
    return written


def words_of(db: Session, user_id: int, telegram_id: int) -> str:
    """The words of a message of a user's chat; empty where it has none or is not known."""
    return db.scalar(select(_MESSAGES.c.words).where(_of(user_id, telegram_id)).limit(1)) or ""


def _of(user_id: int, telegram_id: int) -> ColumnElement[bool]:
    return (_MESSAGES.c.user_id == user_id) & (_MESSAGES.c.telegram_id == telegram_id)
