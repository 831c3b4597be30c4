"""The inbox: updates are rows before Telegram is told that they arrived, and each is done exactly once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.orm import Session

from bot.services import sql
from bot.services.prepared import Prepared
from bot.services.storable import storable
from bot.services.writes import Writes
from models import InboxUpdate

#: Written out, not bound, so that the partial index serves.
OPEN = text("inbox.state IN ('new', 'acted')")
#: Characters of an error that are kept.
ERROR_LENGTH = 2000

_INBOX = sql.table(InboxUpdate)
_DONE = Prepared(
    lambda dialect: (
        update(_INBOX)
        .where(_INBOX.c.update_id == bindparam("which"), OPEN)
        .values(state="done", done_at=bindparam("now"), follow_up=None)
    )
)
_ALL_DONE = Prepared(
    lambda dialect: (
        update(_INBOX)
        .where(sql.among(dialect, _INBOX.c.update_id, "which"))
        .values(state="done", done_at=bindparam("now"))
    )
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """An update to be stored: its id, whose turn it is (`InboxUpdate.lane`), and its JSON."""

    update_id: int
    lane: int
    raw: str


def accept(
    db: Session,
    rows: Sequence[Accepted],
    now: datetime,
    *,
    worker_id: int | None = None,
    others: Mapping[int, int | None] = MappingProxyType({}),
) -> list[int]:
    """Store updates; returns the ids of those that nobody has begun with, each once, in the order given.

    A repeat changes nothing, and waits as long as the first one does: that one may have been stored by a transaction
    whose end nobody has heard of. With several workers the new ones are this one's, but for those in the lanes of
    `others`: they are theirs, or nobody's yet.
    """
    if not rows:
        return []
    ids = [row.update_id for row in rows]
    known = {row.update_id: row for row in _KNOWN.all(db, {"low": min(ids), "high": max(ids)})}
    new = {row.update_id: row for row in rows if row.update_id not in known}
    if new:
        _ACCEPT.many(db, [_values(row, now, others.get(row.lane, worker_id)) for row in new.values()])
    waiting = {id: id in new or (known[id].state == "new" and known[id].worker == worker_id) for id in ids}
    return [id for id, waits in waiting.items() if waits]


_KNOWN = Prepared(
    lambda dialect: select(_INBOX.c.update_id, _INBOX.c.state, _INBOX.c.worker).where(
        _INBOX.c.update_id.between(bindparam("low"), bindparam("high"))
    )
)
_ACCEPT = Prepared(
    lambda dialect: (
        sql.insert(dialect, InboxUpdate)
        .values({name: bindparam(name) for name in ("update_id", "lane", "raw", "received_at", "worker")})
        .on_conflict_do_nothing(index_elements=["update_id"])
    )
)


def _values(row: Accepted, now: datetime, worker: int | None) -> dict[str, Any]:
    raw = storable(row.raw)
    return {"update_id": row.update_id, "lane": row.lane, "raw": raw, "received_at": now, "worker": worker}


def open_updates(db: Session, after: int = -1, limit: int = 1000) -> list[InboxUpdate]:
    """Updates that are not done, by id, after the id `after`."""
    query = select(InboxUpdate).where(OPEN, InboxUpdate.update_id > after).order_by(InboxUpdate.update_id).limit(limit)
    return list(db.scalars(query.execution_options(populate_existing=True)))


def newest(db: Session) -> int:
    """The highest id of an update that is stored; -1 where there is none."""
    found = db.scalar(select(func.max(_INBOX.c.update_id)))
    return -1 if found is None else found


def mark_all_done(writes: Writes, update_ids: Sequence[int], now: datetime) -> None:
    """The same for updates that are open, and whose rows are locked."""
    writes.add(_ALL_DONE, {"which": list(update_ids), "now": now})


def mark_done(db: Session, update_id: int, now: datetime) -> bool:
    """Note that an update is handled; false if it was before, or is not known: then nothing may be done for it."""
    return _DONE.count(db, {"which": update_id, "now": now}) > 0


class NotOurs(Exception):
    """The update is another worker's, or done."""


def hold(db: Session, update_id: int, worker_id: int) -> None:
    """Nobody else can do this update before the transaction ends. Raises `NotOurs`."""
    row = _HELD.first(db, {"which": update_id})
    if row is None or row.worker != worker_id:
        raise NotOurs(update_id)


_HELD = Prepared(
    lambda dialect: select(_INBOX.c.worker).where(_INBOX.c.update_id == bindparam("which"), OPEN).with_for_update()
)


def mark_acted(db: Session, update_id: int, follow_up: str, now: datetime) -> bool:
    """Note that an update's action is committed and the screen `follow_up` (a packed press) is still to be shown."""
    query = update(_INBOX).where(_INBOX.c.update_id == update_id, _INBOX.c.state == "new")
    return bool(db.execute(query.values(state="acted", follow_up=follow_up)).rowcount)  # type: ignore[attr-defined]


def mark_failed(db: Session, update_id: int, error: str, now: datetime, *, final: bool) -> int:
    """Note a failed attempt; `final` parks the update for good. Returns how many attempts there were."""
    values: dict[str, Any] = {"attempts": _INBOX.c.attempts + 1, "error": storable(error)[:ERROR_LENGTH]}
    if final:
        values |= {"state": "dead", "done_at": now}
    query = update(_INBOX).where(_INBOX.c.update_id == update_id, OPEN).values(values).returning(_INBOX.c.attempts)
    return db.scalar(query) or 0
