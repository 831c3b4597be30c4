"""Calls to other servers that a flow wants made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import AutoId, Base, Json


class Call(Base):
    """One call that is not answered yet. The row goes in the transaction that carries the answer on."""

    __tablename__ = "calls"

    id: Mapped[int] = mapped_column(AutoId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"))
    #: `bot.flow.effects.Call` field by field.
    call: Mapped[dict[str, Any]] = mapped_column(Json)
    #: Goes with the call, so that a server can tell a repeat.
    key: Mapped[str]
    #: When it is made; once it is under way, when it counts as lost and is made again.
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    __table_args__ = (Index("ix_calls_due", "due_at", "id"), Index("ix_calls_user", "user_id", "id"))
