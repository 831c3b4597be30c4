"""Deliveries: the ledger of pushes, one row per run and person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, partial


class Delivery(Base):
    """What became of one run for one person.

    It ends in exactly one of sent, blocked, failed, skipped, cancelled, unsure.

    The database does not check that run and person exist: planning a million rows would look up two million others.
    Both are read in the statement that writes the row, and whoever deletes one of them deletes its deliveries.
    """

    __tablename__ = "deliveries"

    run_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    push_id: Mapped[int]
    #: waiting; begun (handed to the wire: after a crash it becomes unsure, never again); then one of the six ends.
    state: Mapped[str]
    #: Why it was skipped, failed or is unsure, in words.
    reason: Mapped[str | None]
    #: How often Telegram said "later" and nothing was sent.
    tries: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        # With the state, which SQLite would look up in the row: it looks whether the condition of an index holds.
        partial("ix_deliveries_got", "push_id", "user_id", "state", where="state IN ('sent', 'unsure')"),
        partial("ix_deliveries_failed", "push_id", "user_id", "state", where="state = 'failed'"),
        partial("ix_deliveries_begun", "run_id", "user_id", where="state = 'begun'"),
        {"sqlite_with_rowid": False},
    )
