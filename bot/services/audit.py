"""The audit: who did what to whom, and who was refused. Rows are added, chained, and never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.services import audit_chain, sql
from bot.services.storable import storable_or_none
from models import AuditEntry


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries, newest first, and whether there are older ones."""

    entries: Sequence[AuditEntry]
    older: bool


def record(
    db: Session,
    *,
    actor_id: int | None,
    action: str,
    target: str | None = None,
    before: str | None = None,
    after: str | None = None,
    now: datetime,
) -> None:
    """Write down a change: `action` is noun and verb ("user.bot_off"), `target` what it was done to ("user 42")."""
    _add(db, actor_id=actor_id, action=action, target=target, before=before, after=after, refused=None, at=now)


def record_refusal(
    db: Session, *, actor_id: int | None, action: str, target: str | None = None, why: str, now: datetime
) -> None:
    """Write down that somebody was refused, and why."""
    _add(db, actor_id=actor_id, action=action, target=target, before=None, after=None, refused=why, at=now)


def _add(db: Session, **values: str | int | datetime | None) -> None:
    cleaned = {name: storable_or_none(value) if isinstance(value, str) else value for name, value in values.items()}
    db.execute(insert(sql.table(AuditEntry)), audit_chain.sealed(db, cleaned))


def page(
    db: Session, *, actor_id: int | None = None, target: str | None = None, before: int | None = None, size: int = 8
) -> AuditPage:
    """A page of entries, newest first, with ids below `before`; of one actor or target if wanted."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(size + 1)
    if actor_id is not None:
        query = query.where(AuditEntry.actor_id == actor_id)
    if target is not None:
        query = query.where(AuditEntry.target == target)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    entries = db.scalars(query).all()
    return AuditPage(entries[:size], older=len(entries) > size)
