"""Digests: who gets the figures by themselves, and when they come next."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Digest(Base):
    """One admin wants the figures. No row: they do not."""

    __tablename__ = "digests"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    #: "daily" or "weekly".
    every: Mapped[str]
    due_at: Mapped[datetime]
