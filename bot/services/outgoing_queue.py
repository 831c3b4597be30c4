"""What is to be sent: messages to people, alerts and relays to staff. The outbox takes it from the log."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from bot.flow.content import Content
from bot.flow.markup import escape
from bot.services import contents, messages, sql, support_topics
from bot.services.messages import Line
from models import Message

#: Lanes on the wire, the most urgent first.
ANSWERS, SUPPORT, PUSHES = 0, 1, 2
#: Kinds that are drawn when they are sent, and so show what is true at that moment.
ALERT, RELAY = "alert", "relay"

_MESSAGES = sql.table(Message)
_STALE = (
    update(_MESSAGES)
    .where(
        _MESSAGES.c.request_id == bindparam("which"),
        _MESSAGES.c.request_id.is_not(None),
        _MESSAGES.c.kind == ALERT,
        _MESSAGES.c.state == "sent",
        _MESSAGES.c.telegram_id.is_not(None),
    )
    .values(state="stale", due_at=None, attempts=0)
    .returning(_MESSAGES.c.user_id)
)


def queue(
    db: Session,
    user_id: int,
    content: Content,
    *,
    author: str,
    author_id: int | None = None,
    lane: int = ANSWERS,
    request_id: int | None = None,
    now: datetime,
) -> int:
    """Queue one message to a person; returns its number. Raises LookupError for somebody nobody has met."""
    line = outgoing(user_id, content, author=author, author_id=author_id, lane=lane, request_id=request_id)
    return messages.write(db, [line], now=now)[0]


def outgoing(
    user_id: int,
    content: Content,
    *,
    author: str,
    author_id: int | None = None,
    lane: int = ANSWERS,
    request_id: int | None = None,
    more: dict[str, Any] | None = None,
) -> Line:
    """A line that waits to be sent; `more` goes into its JSON beside the content."""
    written = contents.to_json(content)
    words = contents.words(written.get("text", ""))
    place = {"author_id": author_id, "lane": lane, "request_id": request_id, "state": "waiting"}
    return Line(user_id, "out", author, str(content.kind), words, {**written, **(more or {})}, **place)  # type: ignore[arg-type]


def sentence(user_id: int, words: str, *, about: int | None = None, request_id: int | None = None) -> Line:
    """A line with a plain sentence of the bot's own; `about` is the person that staff reach by replying to it."""
    more = {} if about is None else {"about": about}
    lane = ANSWERS if about is None else SUPPORT
    return outgoing(user_id, Content(text=escape(words)), author="system", lane=lane, request_id=request_id, more=more)


def queue_alert(db: Session, staff: Collection[int], *, request_id: int, words: str, now: datetime) -> None:
    """Tell staff of a request; the alert is drawn when it is sent, and drawn again when it is `stale`."""
    _queue_drawn(db, staff, ALERT, words, {}, request_id, now)


def queue_relay(
    db: Session,
    staff: Collection[int],
    *,
    user_id: int,
    number: int,
    request_id: int | None,
    words: str,
    now: datetime,
) -> None:
    """Pass line `number` of a person's conversation on to staff; it is drawn when it is sent."""
    _queue_drawn(db, staff, RELAY, words, {"relay_of": [user_id, number]}, request_id, now)


def _queue_drawn(
    db: Session,
    staff: Collection[int],
    kind: str,
    words: str,
    content: dict[str, Any],
    request_id: int | None,
    now: datetime,
) -> None:
    lines = [
        Line(one, "out", "system", kind, words, content, state="waiting", request_id=request_id, lane=SUPPORT)
        for one in sorted(staff)
    ]
    messages.write(db, lines, now=now)


def stale(db: Session, request_id: int) -> frozenset[int]:
    """What the alerts and the topic of a request say has changed: they are to be edited. Returns in whose chats."""
    return frozenset(db.scalars(_STALE, {"which": request_id})) | support_topics.changed(db, request_id)
