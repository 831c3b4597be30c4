"""Taking letters out of the log: what is to be sent to one person, in order."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.services import messages, sql
from bot.services.messages import Line
from bot.services.outgoing_join import ALBUM, join
from bot.services.outgoing_letter import Letter
from bot.services.prepared import Prepared
from models import Message, Request

_MESSAGES, _REQUESTS = sql.table(Message), sql.table(Request)

_FIELDS = (
    *("user_id", "number", "kind", "content", "words", "telegram_id", "lane", "attempts"),
    *("author", "author_id", "request_id", "state", "due_at", "reason", "source_chat", "source_id"),
)
_LETTERS = select(*(_MESSAGES.c[name] for name in _FIELDS), _REQUESTS.c.taken_by, _REQUESTS.c.closed_at).select_from(
    _MESSAGES.outerjoin(_REQUESTS, _REQUESTS.c.id == _MESSAGES.c.request_id)
)
_PENDING = (
    _LETTERS
    # "between" and not "=": for "=" SQLite would read the whole conversation by its primary key, not the few that wait.
    .where(messages.PENDING, _MESSAGES.c.user_id.between(bindparam("whose"), bindparam("whose"))).order_by(
        _MESSAGES.c.user_id, _MESSAGES.c.number
    )
)
_FIRST = Prepared(lambda dialect: _PENDING.limit(bindparam("most")))


def take(db: Session, user_id: int, *, now: datetime, limit: int = 20) -> list[Letter]:
    """What is to be sent to one person now, in order; one whose time has not come holds back those behind it.

    Nothing is written: whoever takes must be the only one who sends to this person.
    """
    # A few more are read, so that an album that begins at the end is whole.
    rows = _FIRST.all(db, {"whose": user_id, "most": limit + ALBUM - 1})
    taken, count = [], 0
    for letter in join([_letter(row) for row in rows], now):
        if count >= limit:
            break
        taken.append(letter)
        count += letter.count
    return taken


def held_until(db: Session, user_id: int) -> datetime | None:
    """When what waits for one person may go out, if it has to wait for a time to come; None: it need not."""
    row = _FIRST.first(db, {"whose": user_id, "most": 1})
    due: datetime | None = row.due_at if row else None
    return due


def take_all(db: Session, user_id: int) -> list[Letter]:
    """Everything that is to be sent to one person, also what has to wait."""
    return [_letter(row) for row in db.execute(_PENDING, {"whose": user_id}).all()]


def written(line: Line, number: int) -> Letter:
    """The letter that a line is which was just written."""
    return Letter(
        user_id=line.user_id,
        number=number,
        kind=line.kind,
        content=line.content,
        words=line.words,
        telegram_id=None,
        lane=line.lane,
        attempts=0,
        author=line.author,
        author_id=line.author_id,
        request_id=line.request_id,
        request_state=(None, None),
        source_chat=line.source_chat,
        source_id=line.source_id,
        due_at=line.due_at,
    )


def in_one_message(db: Session, letter: Letter) -> list[Letter]:
    """All that a letter's message shows: what goes out with it, or what went out with it when it was sent."""
    if not letter.edits:
        return [letter, *letter.joined]
    shown = (_MESSAGES.c.user_id == letter.user_id) & (_MESSAGES.c.telegram_id == letter.telegram_id)
    rows = db.execute(_LETTERS.where(shown, _MESSAGES.c.kind == letter.kind).order_by(_MESSAGES.c.number))
    return [_letter(row) for row in rows]


def _letter(row: Any) -> Letter:
    return Letter(
        user_id=row.user_id,
        number=row.number,
        kind=row.kind,
        content=row.content,
        words=row.words,
        telegram_id=row.telegram_id if row.state == "stale" else None,
        lane=row.lane,
        attempts=row.attempts,
        author=row.author,
        author_id=row.author_id,
        request_id=row.request_id,
        request_state=(row.taken_by, row.closed_at),
        doubt=row.reason if row.state == "waiting" else None,
        due_at=row.due_at,
        source_chat=row.source_chat,
        source_id=row.source_id,
    )
