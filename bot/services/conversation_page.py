"""The log of one conversation in pages, as staff read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from bot.services.outgoing_queue import DRAWN
from bot.services.users_reach import name_of
from models import Message, User

#: Kinds that are nothing but words, or drawn by us.
_WORDS = frozenset({"text", *DRAWN})


@dataclass(frozen=True, slots=True)
class PageLine:
    """One line of a conversation. Words and names are plain text, not escaped."""

    number: int
    #: "in", "out" or "note".
    direction: str
    #: "user", "flow", "staff", "push" or "system".
    author: str
    #: Which member of staff, by id and name; which push run.
    author_id: int | None
    author_name: str
    kind: str
    words: str
    at: datetime
    #: waiting, sent, stale, failed, unsure; None for what came in, and notes.
    state: str | None
    #: Why it did not arrive.
    reason: str | None
    edited: bool
    telegram_id: int | None
    #: Telegram's id of the file that came in.
    file_id: str | None
    #: Telegram's id of the message it answers.
    reply_to: int | None = None
    #: There is more to see than words: a picture, a file, a place …
    media: bool = False


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """Lines in the order they were written, and whether there are more on either side."""

    lines: Sequence[PageLine]
    older: bool
    newer: bool


def page(
    db: Session, user_id: int, *, before: int | None = None, after: int | None = None, size: int = 8
) -> ConversationPage:
    """`size` lines right before the line `before`, or right after the line `after`, else the last ones."""
    query = select(Message).where(Message.user_id == user_id).limit(size)
    if after is not None:
        query = query.where(Message.number > after).order_by(Message.number)
    else:
        query = query.order_by(Message.number.desc())
        query = query if before is None else query.where(Message.number < before)
    rows = sorted(db.scalars(query.execution_options(populate_existing=True)), key=lambda row: row.number)
    lines = lines_of(db, rows)
    if not lines:
        return ConversationPage((), older=after is not None and _any(db, user_id), newer=before is not None)
    return ConversationPage(
        lines,
        older=_any(db, user_id, Message.number < lines[0].number),
        newer=_any(db, user_id, Message.number > lines[-1].number),
    )


def notes(db: Session, user_id: int, *, before: int | None = None, size: int = 8) -> list[PageLine]:
    """What staff noted about a person, the latest first: `size` lines, or those before the line `before`."""
    query = select(Message).where(Message.user_id == user_id, Message.direction == "note")
    query = query if before is None else query.where(Message.number < before)
    rows = db.scalars(query.order_by(Message.number.desc()).limit(size).execution_options(populate_existing=True))
    return lines_of(db, rows.all())


def last_before(db: Session, user_id: int, moment: datetime, size: int) -> Sequence[PageLine]:
    """The last lines of a conversation that were written before a moment, oldest first; notes are left out."""
    query = select(Message).where(Message.user_id == user_id, Message.created_at < moment, Message.direction != "note")
    rows = db.scalars(query.order_by(Message.number.desc()).limit(size).execution_options(populate_existing=True)).all()
    return lines_of(db, rows[::-1])


def line(db: Session, user_id: int, number: int) -> PageLine | None:
    """One line of a conversation."""
    row = db.get(Message, (user_id, number), populate_existing=True)
    return lines_of(db, [row])[0] if row else None


def _any(db: Session, user_id: int, *conditions: ColumnElement[bool]) -> bool:
    return bool(db.scalar(select(exists().where(Message.user_id == user_id, *conditions))))


def lines_of(db: Session, rows: Sequence[Message]) -> list[PageLine]:
    """Rows of the log as they are shown."""
    names = _names(db, {row.author_id for row in rows if row.author == "staff" and row.author_id is not None})
    return [_line(row, names) for row in rows]


def _names(db: Session, ids: set[int]) -> Mapping[int, str]:
    query = select(User.id, User.first_name, User.last_name, User.username).where(User.id.in_(ids))
    rows = db.execute(query) if ids else ()
    return {row.id: name_of(row.first_name, row.last_name, row.username, row.id) for row in rows}


def _line(row: Message, names: Mapping[int, str]) -> PageLine:
    content: dict[str, Any] = row.content
    return PageLine(
        number=row.number,
        direction=row.direction,
        author=row.author,
        author_id=row.author_id,
        author_name=names.get(row.author_id or 0, ""),
        kind=row.kind,
        words=row.words,
        at=row.created_at,
        state=row.state,
        reason=row.reason,
        edited=bool(content.get("edited")),
        telegram_id=row.telegram_id,
        file_id=content.get("file_id"),
        reply_to=content.get("reply_to"),
        media=row.kind not in _WORDS and (row.telegram_id is not None or "media" in content),
    )
