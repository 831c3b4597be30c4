"""Deliveries: the ledger of pushes, one row per run and person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, partial


class Delivery(Base):
    """What became of one run for one person.

    It ends in exactly one of sent, blocked, failed, skipped, cancelled, unsure.
    """

    __tablename__ = "deliveries"

    run_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("push_runs.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    push_id: Mapped[int]
    #: waiting; begun (handed to the wire: after a crash it becomes unsure, never again); then one of the six ends.
    state: Mapped[str]
    #: Why it was skipped, failed or is unsure, in words.
    reason: Mapped[str | None]
    #: How often Telegram said "later" and nothing was sent.
    tries: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        partial("ix_deliveries_got", "push_id", "user_id", where="state IN ('sent', 'unsure')"),
        partial("ix_deliveries_failed", "push_id", "user_id", where="state = 'failed'"),
        partial("ix_deliveries_begun", "run_id", "user_id", where="state = 'begun'"),
        Index("ix_deliveries_user", "user_id"),
        {"sqlite_with_rowid": False},
    )
