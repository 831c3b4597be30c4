"""The log of all conversations: the one place that numbers and writes its lines."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, exists, insert, select, text, update
from sqlalchemy.orm import Session

from bot.services.prepared import Prepared
from bot.services.sql import dialect, table
from bot.services.writes import Writes
from models import Message, User

#: Outgoing lines that the outbox has to look at. Written out, not bound, so that the partial index serves.
PENDING = text("messages.state IN ('waiting', 'stale')")

#: How long the parts of an album wait for each other: Telegram brings them one by one, without a word at the end.
ALBUM_WINDOW = timedelta(seconds=1)

_USERS, _MESSAGES = table(User), table(Message)
_MORE = update(_USERS).values(last_message=_USERS.c.last_message + bindparam("count"))
_NUMBERS = (_USERS.c.id, _USERS.c.last_message)
_RESERVE = _MORE.where(_USERS.c.id.in_(bindparam("people", expanding=True))).returning(*_NUMBERS)
_RESERVE_ONE = Prepared(lambda dialect: _MORE.where(_USERS.c.id == bindparam("whose")).returning(*_NUMBERS))
_CAME = Prepared(
    lambda dialect: (
        update(_USERS)
        .where(_USERS.c.id == bindparam("whose"))
        .values(last_message=bindparam("last"), last_seen_at=bindparam("now"))
    )
)
#: An UPDATE takes its rows in any order, so two of them can block each other; taken in one order they queue.
_LOCK = (
    select(_USERS.c.id)
    .where(_USERS.c.id.in_(bindparam("people", expanding=True)))
    .order_by(_USERS.c.id)
    .with_for_update(key_share=True)
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line to be written into the log of `user_id`; the fields are those of `models.Message`."""

    user_id: int
    direction: str
    author: str
    kind: str
    words: str = ""
    content: dict[str, Any] = field(default_factory=dict)
    author_id: int | None = None
    state: str | None = None
    telegram_id: int | None = None
    request_id: int | None = None
    lane: int = 0
    way: str | None = None
    source_chat: int | None = None
    source_id: int | None = None
    due_at: datetime | None = None


def write(db: Session, lines: Sequence[Line], *, now: datetime) -> list[int]:
    """Append lines to the conversations they belong to; returns their numbers.

    A conversation's lines keep their order. Locks the people's rows. Raises LookupError for a person nobody has met.
    """
    if not lines:
        return []
    numbers = _numbers(db, lines)
    _INSERT.many(db, [_row(line, number, now) for line, number in zip(lines, numbers, strict=True)])
    return numbers


def append(writes: Writes, user: Row[Any], lines: Sequence[Line], *, now: datetime) -> list[int]:
    """The same for lines that are all of one person who is here now, and whose row was locked and read just before."""
    last = user.last_message + len(lines)
    writes.add(_CAME, {"whose": user.id, "last": last, "now": now})
    numbers = list(range(user.last_message + 1, last + 1))
    writes.add(_INSERT, *(_row(line, number, now) for line, number in zip(lines, numbers, strict=True)))
    return numbers


def is_kept(db: Session, user_id: int, number: int) -> bool:
    """Whether a line is still there."""
    one = (_MESSAGES.c.user_id == user_id) & (_MESSAGES.c.number == number)
    return bool(db.scalar(select(exists().where(one))))


def _numbers(db: Session, lines: Sequence[Line]) -> list[int]:
    counts = Counter(line.user_id for line in lines)
    next_number = {user_id: last - counts[user_id] + 1 for user_id, last in _reserve(db, counts).items()}
    if missing := counts.keys() - next_number.keys():
        raise LookupError(f"nobody has met user {min(missing)}")
    numbers = []
    for line in lines:
        numbers.append(next_number[line.user_id])
        next_number[line.user_id] += 1
    return numbers


def _reserve(db: Session, counts: Counter[int]) -> dict[int, int]:
    """Take as many numbers as each person needs; returns everybody's last one. One statement per different count."""
    if len(counts) > 1 and dialect(db) == "postgresql":
        db.execute(_LOCK, {"people": list(counts)})
    if len(counts) == 1:
        ((user_id, count),) = counts.items()
        return {row.id: row.last_message for row in _RESERVE_ONE.all(db, {"whose": user_id, "count": count})}
    people: defaultdict[int, list[int]] = defaultdict(list)
    for user_id, count in sorted(counts.items()):
        people[count].append(user_id)
    rows: Iterable[Any] = (
        row for count, ids in people.items() for row in db.execute(_RESERVE, {"people": ids, "count": count})
    )
    return {row.id: row.last_message for row in rows}


def _row(line: Line, number: int, now: datetime) -> dict[str, Any]:
    return {
        "user_id": line.user_id,
        "number": number,
        "direction": line.direction,
        "author": line.author,
        "author_id": line.author_id,
        "kind": line.kind,
        "words": line.words,
        "content": line.content,
        "created_at": now,
        "state": line.state,
        "telegram_id": line.telegram_id,
        "request_id": line.request_id,
        "lane": line.lane,
        "way": line.way,
        "source_chat": line.source_chat,
        "source_id": line.source_id,
        "due_at": line.due_at,
    }


_INSERT = Prepared(
    lambda dialect: insert(_MESSAGES).values(
        {name: bindparam(name) for name in _row(Line(0, "", "", ""), 0, datetime.now(UTC))}
    )
)
