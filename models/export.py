"""Exports: lists of users that somebody wants as a file."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import AutoId, Base


class Export(Base):
    """One file that is to be made and sent to who asked for it. The row goes when it was sent or cannot be."""

    __tablename__ = "exports"

    id: Mapped[int] = mapped_column(AutoId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"))
    #: The sending whose recipients it lists; null: the list of users.
    run_id: Mapped[int | None]
    #: The rule of the list; empty: everyone.
    rule: Mapped[str]
    #: "csv" or "xlsx".
    kind: Mapped[str]
    #: One of `bot.services.audience_order.Sort`.
    sort: Mapped[str]
    asked_at: Mapped[datetime]
