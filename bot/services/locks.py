"""The advisory locks of PostgreSQL: one list, so that no number means two things. SQLite has one writer anyway."""

from __future__ import annotations

from enum import IntEnum, unique

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.services import sql


@unique
class Lock(IntEnum):
    """What one connection at a time may do."""

    SCHEMA = 70707001
    AUDIT_CHAIN = 70707002
    FLOW_VERSIONS = 70707003
    SHARING_OUT = 70707012
    #: Held as long as a worker plans and sends.
    LEADING = 70707013


def alone(db: Session, lock: Lock) -> None:
    """Until the end of the transaction nobody else has this lock; waits for whoever has it."""
    if sql.dialect(db) == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(lock.value)))
