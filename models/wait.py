"""Waits: blocks that a flow opens for somebody later."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Wait(Base):
    """One block that is opened for one person at a time; a new wait for the same block takes its place."""

    __tablename__ = "waits"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    block: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    #: It stays when the person goes on to another block.
    keep: Mapped[bool]

    __table_args__ = (Index("ix_waits_due", "due_at"), {"sqlite_with_rowid": False})
