"""The chain of the audit: each entry is sealed over the one before, so that none is changed or taken out unseen.

The seal of an entry is made of a chance number and what it says. Where a forgotten person is struck out, the number
goes with the words: the chain still holds, and nobody can try whether it was this person.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from bot.services import sql
from bot.services.locks import Lock, alone
from models import AuditEntry

#: What a seal covers.
SAID = ("at", "actor_id", "action", "target", "before", "after", "refused")
_AUDIT = sql.table(AuditEntry)
_LAST = select(_AUDIT.c.chain).order_by(_AUDIT.c.id.desc()).limit(1)
_PIECE = 1_000


@dataclass(frozen=True, slots=True)
class Verified:
    """What a look at the whole chain has found."""

    entries: int
    #: Entries of which a forgotten person was struck out.
    struck: int
    #: The first entry that is not what it was; None: the chain holds.
    broken_at: int | None
    #: The end of the chain: whoever has noted it can tell later whether the newest entries are still there.
    head: str


def sealed(db: Session, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a new entry with its place in the chain."""
    alone(db, Lock.AUDIT_CHAIN)  # several workers add entries
    salt = secrets.token_hex(16)
    digest = _digest(salt, values)
    return {**values, "salt": salt, "digest": digest, "chain": _link(db.scalar(_LAST) or "", digest)}


def verify(db: Session) -> Verified:
    """Look at every entry, the oldest first. Entries of before there was a chain are not counted."""
    previous: str | None = None
    entries = struck = 0
    for row in _entries(db):
        if row.chain is None and previous is None:
            continue
        if not _holds(row, previous):
            return Verified(entries, struck, row.id, previous or "")
        previous, entries, struck = row.chain, entries + 1, struck + (row.salt is None)
    return Verified(entries, struck, None, previous or "")


def _holds(row: Row[Any], previous: str | None) -> bool:
    """The oldest entry has nothing before it: what was there has been deleted for its age."""
    if row.digest is None or (previous is not None and row.chain != _link(previous, row.digest)):
        return False
    return row.salt is None or row.digest == _digest(row.salt, row._mapping)


def _entries(db: Session) -> Iterator[Row[Any]]:
    after = 0
    while rows := db.execute(select(_AUDIT).where(_AUDIT.c.id > after).order_by(_AUDIT.c.id).limit(_PIECE)).all():
        yield from rows
        after = rows[-1].id


def _digest(salt: str, values: Mapping[Any, Any]) -> str:
    said = [value.isoformat() if isinstance(value := values[name], datetime) else value for name in SAID]
    return hashlib.sha256(f"{salt}{json.dumps(said)}".encode()).hexdigest()


def _link(previous: str, digest: str) -> str:
    return hashlib.sha256(f"{previous}{digest}".encode()).hexdigest()
