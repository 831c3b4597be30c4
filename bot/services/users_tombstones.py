"""Tombstones on their way past a restore: who was forgotten after a backup was made is forgotten again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.services import audit, sql
from bot.services.users_forget import digest_of
from models import Farewell, Tombstone, User

#: People who are looked at in one transaction: about half a second, since a digest is slow to make on purpose.
PIECE = 200


def written(db: Session) -> str:
    """All tombstones as text, a line each: the digest and when. No id can be read from it."""
    rows = db.execute(select(Tombstone.digest, Tombstone.forgotten_at).order_by(Tombstone.digest))
    return "".join(f"{row.digest} {row.forgotten_at.isoformat()}\n" for row in rows)


def read(text: str) -> dict[str, datetime]:
    """The way back from `written`: when somebody was forgotten, by digest. Raises ValueError for any other text."""
    pairs = (line.split(" ", 1) for line in text.splitlines() if line)
    return {digest: datetime.fromisoformat(moment) for digest, moment in pairs}


def keep(db: Session, tombstones: Mapping[str, datetime]) -> None:
    """Put the tombstones into this database too."""
    rows = [{"digest": digest, "forgotten_at": moment} for digest, moment in tombstones.items()]
    new = sql.insert(sql.dialect(db), Tombstone)
    if rows:
        later = {"forgotten_at": new.excluded.forgotten_at}
        db.execute(new.on_conflict_do_update(index_elements=["digest"], set_=later), rows)


def replay(db: Session, tombstones: Mapping[str, datetime], *, after: int | None = None, now: datetime) -> int | None:
    """Ask that those of the next people after an id who have a tombstone are forgotten; None at the end, else the last.

    Whoever came back after they were forgotten is somebody new and stays. The errands of the running bot do the rest.
    """
    beyond = select(User.id, User.joined_at).order_by(User.id).limit(PIECE)
    people = db.execute(beyond if after is None else beyond.where(User.id > after)).all()
    for user_id, joined_at in people:
        forgotten_at = tombstones.get(digest_of(user_id))
        if forgotten_at is not None and joined_at <= forgotten_at:
            _ask(db, user_id, now)
    return people[-1].id if people else None


def _ask(db: Session, user_id: int, now: datetime) -> None:
    asked = {"user_id": user_id, "asked_by": None, "asked_at": now}
    new = sql.insert(sql.dialect(db), Farewell).values(asked).on_conflict_do_nothing()
    if db.scalar(new.returning(sql.table(Farewell).c.user_id)) is not None:
        audit.record(db, actor_id=None, action="user.forget", target=f"user {user_id}", now=now)
