"""Uploads: which of our files Telegram already has, so that none is sent twice."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.services import sql
from models import Upload

_UPLOADS = sql.table(Upload)


def find(db: Session, bot_id: int, digest: str, kind: str) -> str | None:
    """Telegram's id of a file with these bytes (SHA-256, hex) that this bot has sent as `kind` before."""
    same = (_UPLOADS.c.bot_id == bot_id) & (_UPLOADS.c.digest == digest) & (_UPLOADS.c.kind == kind)
    file_id: str | None = db.scalar(select(_UPLOADS.c.file_id).where(same))
    return file_id


def remember(db: Session, bot_id: int, digest: str, kind: str, file_id: str) -> None:
    """Keep Telegram's id of a file that has just been sent."""
    values = {"bot_id": bot_id, "digest": digest, "kind": kind, "file_id": file_id}
    statement = sql.insert(sql.dialect(db), Upload).values(values)
    db.execute(statement.on_conflict_do_update(index_elements=["bot_id", "digest", "kind"], set_={"file_id": file_id}))


def forget(db: Session, bot_id: int, file_id: str) -> bool:
    """Telegram does not know this file any more; false if it was none of ours."""
    lost = delete(_UPLOADS).where(_UPLOADS.c.bot_id == bot_id, _UPLOADS.c.file_id == file_id)
    return bool(db.scalars(lost.returning(_UPLOADS.c.digest)).all())
