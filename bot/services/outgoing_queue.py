"""What is to be sent: messages to people, alerts and relays to staff. The outbox takes it from the log."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, null, update
from sqlalchemy.orm import Session

from bot.flow.content import Content, Kind
from bot.flow.markup import escape
from bot.services import contents, messages, sql, support_topics
from bot.services.messages import ALBUM_WINDOW, Line
from models import Message

#: Lanes on the wire, the most urgent first.
ANSWERS, SUPPORT, PUSHES, PAID = 0, 1, 2, 3
#: Kinds that are drawn when they are sent, and so show what is true at that moment.
ALERT, RELAY, RATING = "alert", "relay", "rating"
DRAWN = frozenset({ALERT, RELAY, RATING})

#: A message in a chat: the chat, and Telegram's id there.
Source = tuple[int, int]

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


#: States of what the outbox can still change, or has not sent yet.
ALIVE = ("waiting", "stale", "sent")


def anew() -> dict[str, Any]:
    """Values for alive lines that are to show something else: what was sent is edited, the rest goes out as it is now.

    One more attempt tells whoever is sending the old version at this moment that there is a new one. Whether it was
    sent is looked at in the row as it is then: its arrival may be noted at this very moment.
    """
    is_sent = _MESSAGES.c.state == "sent"
    return {
        "attempts": _MESSAGES.c.attempts + 1,
        "state": case((is_sent, "stale"), else_=_MESSAGES.c.state),
        "due_at": case((is_sent, null()), else_=_MESSAGES.c.due_at),
    }


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
    source: Source | None = None,
    due_at: datetime | None = None,
) -> Line:
    """A line that waits to be sent; `more` goes into its JSON beside the content, `source` is what it is a copy of."""
    written = contents.to_json(content)
    return Line(
        user_id,
        "out",
        author,
        str(content.kind),
        contents.words(written.get("text", "")),
        {**written, **(more or {})},
        author_id=author_id,
        lane=lane,
        request_id=request_id,
        state="waiting",
        source_chat=source[0] if source else None,
        source_id=source[1] if source else None,
        due_at=due_at,
    )


def sentence(user_id: int, words: str, *, about: int | None = None, request_id: int | None = None) -> Line:
    """A line with a plain sentence of the bot's own; `about` is the person that staff reach by replying to it."""
    more = {} if about is None else {"about": about}
    lane = ANSWERS if about is None else SUPPORT
    return outgoing(user_id, Content(text=escape(words)), author="system", lane=lane, request_id=request_id, more=more)


@dataclass(frozen=True, slots=True)
class Relay:
    """Line `number` of somebody's conversation, to be shown to staff."""

    user_id: int
    number: int
    #: For whoever looks into the log; what is shown is drawn when it is sent.
    words: str = ""
    #: Telegram's id of the message in the user's chat; None for a press.
    source: int | None = None
    #: Telegram's id of the album it is a part of: its parts go on together.
    album: str | None = None
    #: It is nothing but words: several such in a row may go on as one message.
    plain: bool = False
    request_id: int | None = None

    @classmethod
    def of(cls, line: Line, number: int) -> Relay:
        """The relay of a line that came in."""
        plain = line.kind == Kind.TEXT and not line.content.keys() & {"reply_to", "edited"}
        album = line.content.get("album")
        return cls(line.user_id, number, line.words, line.telegram_id, album, plain, line.request_id)


def queue_alert(
    db: Session, staff: Collection[int], *, request_id: int, words: str, source: Source | None = None, now: datetime
) -> None:
    """Tell staff of a request; the alert is drawn when it is sent, and drawn again when it is `stale`.

    `source` is the message that asked, so that a reply to the alert quotes it.
    """
    _queue_drawn(db, staff, Line(0, "out", "system", ALERT, words, {}, request_id=request_id), source, now)


def queue_relay(db: Session, staff: Collection[int], relay: Relay, *, now: datetime) -> None:
    """Pass a line on to staff; it is drawn when it is sent. A part of an album waits a moment for the others."""
    content: dict[str, Any] = {"relay_of": [relay.user_id, relay.number]}
    if relay.album:
        content["album"] = relay.album
    if relay.plain:
        content["plain"] = True
    due_at = now + ALBUM_WINDOW if relay.album else None
    source = (relay.user_id, relay.source) if relay.source is not None else None
    line = Line(0, "out", "system", RELAY, relay.words, content, request_id=relay.request_id, due_at=due_at)
    _queue_drawn(db, staff, line, source, now)


def _queue_drawn(db: Session, staff: Collection[int], line: Line, source: Source | None, now: datetime) -> None:
    chat, message = source or (None, None)
    lines = [
        replace(line, user_id=one, state="waiting", lane=SUPPORT, source_chat=chat, source_id=message)
        for one in sorted(staff)
    ]
    messages.write(db, lines, now=now)


def stale(db: Session, request_id: int) -> frozenset[int]:
    """What the alerts and the topic of a request say has changed: they are to be edited. Returns in whose chats."""
    return frozenset(db.scalars(_STALE, {"which": request_id})) | support_topics.changed(db, request_id)
