"""Looking through the audit: by who did it, by what was done, by any word in it; only what was refused."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from bot.services import sql, users
from bot.services.audit import AuditPage
from models import AuditEntry

_AUDIT = sql.table(AuditEntry)
#: Columns in which words are looked for.
_TEXTS = ("action", "target", "before", "after", "refused")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; nothing set: everything."""

    #: "@name" or an id: entries by them and about them; else a word.
    words: str = ""
    refused: bool = False


def page(db: Session, wanted: Wanted, *, before: int | None = None, size: int = 8) -> AuditPage:
    """Entries, newest first, with ids below `before`."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(size + 1)
    if wanted.refused:
        query = query.where(AuditEntry.refused.is_not(None))
    if wanted.words:
        query = query.where(_matching(db, wanted.words))
    if before is not None:
        query = query.where(AuditEntry.id < before)
    entries = db.scalars(query).all()
    return AuditPage(entries[:size], older=len(entries) > size)


def _matching(db: Session, words: str) -> ColumnElement[bool]:
    people = users.find(db, words, limit=2) if words.startswith("@") or words.isdecimal() else []
    if len(people) == 1:
        return or_(_AUDIT.c.actor_id == people[0].id, _AUDIT.c.target == f"user {people[0].id}")
    return or_(*(_AUDIT.c[name].icontains(words, autoescape=True) for name in _TEXTS))
