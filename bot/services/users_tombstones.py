"""Tombstones on their way past a restore: who was forgotten after a backup was made is forgotten again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.services import audit, sql
from bot.services.users_forget import digest_of
from models import Farewell, Tombstone, User


def tombstones(db: Session) -> dict[str, datetime]:
    """When somebody was forgotten, by digest. No id can be read from it."""
    return {row.digest: row.forgotten_at for row in db.execute(select(Tombstone.digest, Tombstone.forgotten_at))}


def written(tombstones: Mapping[str, datetime]) -> str:
    """Tombstones as text, a line each: the digest and when."""
    return "".join(f"{digest} {moment.isoformat()}\n" for digest, moment in sorted(tombstones.items()))


def read(text: str) -> dict[str, datetime]:
    """The way back from `written`. Raises ValueError for any other text."""
    pairs = (line.split(" ", 1) for line in text.splitlines() if line)
    return {digest: datetime.fromisoformat(moment) for digest, moment in pairs}


def merged(*several: Mapping[str, datetime]) -> dict[str, datetime]:
    """All of them; of somebody who was forgotten twice, the later time."""
    found: dict[str, datetime] = {}
    for some in several:
        found |= {digest: max(moment, found.get(digest, moment)) for digest, moment in some.items()}
    return found


def replay(db: Session, tombstones: Mapping[str, datetime], *, now: datetime) -> int:
    """Keep the tombstones here too, and ask again for everybody whose tombstone is new here; returns how many.

    The next start carries it out. Whoever came back after they were forgotten is somebody new and stays. Takes about
    two milliseconds for each user, and nothing where no tombstone is new.
    """
    new = _unknown(db, tombstones)
    if not new:
        return 0
    _keep(db, new)
    joined_by = User.joined_at <= max(new.values())
    people = db.execute(select(User.id, User.joined_at).where(joined_by).order_by(User.id)).all()
    return sum(_ask(db, user_id, now) for user_id, joined_at in people if _is_gone(user_id, joined_at, new))


def _unknown(db: Session, carried: Mapping[str, datetime]) -> dict[str, datetime]:
    known = tombstones(db)
    return {digest: at for digest, at in carried.items() if digest not in known or known[digest] < at}


def _is_gone(user_id: int, joined_at: datetime, new: Mapping[str, datetime]) -> bool:
    forgotten_at = new.get(digest_of(user_id))
    return forgotten_at is not None and joined_at <= forgotten_at


def _keep(db: Session, new: Mapping[str, datetime]) -> None:
    rows = [{"digest": digest, "forgotten_at": moment} for digest, moment in new.items()]
    insert = sql.insert(sql.dialect(db), Tombstone)
    later = {"forgotten_at": insert.excluded.forgotten_at}
    db.execute(insert.on_conflict_do_update(index_elements=["digest"], set_=later), rows)


def _ask(db: Session, user_id: int, now: datetime) -> bool:
    asked = {"user_id": user_id, "asked_by": None, "asked_at": now}
    new = sql.insert(sql.dialect(db), Farewell).values(asked).on_conflict_do_nothing()
    if db.scalar(new.returning(sql.table(Farewell).c.user_id)) is None:
        return False
    audit.record(db, actor_id=None, action="user.forget", target=f"user {user_id}", now=now)
    return True
