"""Planned messages: what staff want to tell one person later."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import AutoId, Base, Json


class PlannedMessage(Base):
    """One message to one person at its time. The row goes in the transaction that puts it into the log."""

    __tablename__ = "planned_messages"

    id: Mapped[int] = mapped_column(AutoId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"))
    #: `bot.services.contents.to_json`.
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    author_id: Mapped[int | None]
    due_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_planned_messages_due", "due_at", "id"),
        Index("ix_planned_messages_user", "user_id", "id"),
    )
