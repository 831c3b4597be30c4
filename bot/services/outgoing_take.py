"""Taking letters out of the log: what is to be sent to one person, in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.services import messages, sql
from bot.services.messages import Line
from bot.services.prepared import Prepared
from models import Message, Request

#: What an alert shows of its request: who took it, and when it was closed.
RequestState = tuple[int | None, datetime | None]

_MESSAGES, _REQUESTS = sql.table(Message), sql.table(Request)


@dataclass(frozen=True, slots=True)
class Letter:
    """One line to be sent to `user_id`, or edited there."""

    user_id: int
    number: int
    #: `bot.flow.content.Kind`; or "alert" and "relay", which are drawn when they are sent.
    kind: str
    #: `contents.to_json`; for a relay {"relay_of": [user id, number]}. "typing": true asks for "typing …" before it.
    content: dict[str, Any]
    #: The text in words, without markup.
    words: str
    #: Set: this message of Telegram's is to be edited; None: a new one is to be sent.
    telegram_id: int | None
    #: 0 answers, 1 support, 2 pushes.
    lane: int
    #: Attempts so far that did not end in an answer.
    attempts: int
    author: str
    author_id: int | None
    #: The support request it belongs to.
    request_id: int | None
    #: The state of that request when the letter was taken.
    request_state: RequestState
    #: Why an earlier attempt left it open whether it arrived.
    doubt: str | None = None

    @property
    def edits(self) -> bool:
        """Whether it changes a message that was sent before."""
        return self.telegram_id is not None


_FIELDS = (
    *("user_id", "number", "kind", "content", "words", "telegram_id", "lane", "attempts"),
    *("author", "author_id", "request_id", "state", "due_at", "reason"),
)
_PENDING = (
    select(*(_MESSAGES.c[name] for name in _FIELDS), _REQUESTS.c.taken_by, _REQUESTS.c.closed_at)
    .select_from(_MESSAGES.outerjoin(_REQUESTS, _REQUESTS.c.id == _MESSAGES.c.request_id))
    # "between" and not "=": for "=" SQLite would read the whole conversation by its primary key, not the few that wait.
    .where(messages.PENDING, _MESSAGES.c.user_id.between(bindparam("whose"), bindparam("whose")))
    .order_by(_MESSAGES.c.user_id, _MESSAGES.c.number)
)
_FIRST = Prepared(lambda dialect: _PENDING.limit(bindparam("most")))


def take(db: Session, user_id: int, *, now: datetime, limit: int = 20) -> list[Letter]:
    """What is to be sent to one person now, in order; one whose time has not come holds back those behind it.

    Nothing is written: whoever takes must be the only one who sends to this person.
    """
    letters: list[Letter] = []
    for row in _FIRST.all(db, {"whose": user_id, "most": limit}):
        if row.due_at is not None and row.due_at > now:
            break
        letters.append(_letter(row))
    return letters


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
    )


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
        doubt=row.reason,
    )
