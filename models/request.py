"""Support requests: a person asked for a human."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import AutoId, Base, partial


class Request(Base):
    """One support request. At most one is open per person."""

    __tablename__ = "requests"

    id: Mapped[int] = mapped_column(AutoId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"))
    #: What the link to the conversation carries: t.me/<bot>?start=c_<token>. Random, not guessable.
    token: Mapped[str] = mapped_column(unique=True)
    #: The person's words.
    text: Mapped[str]
    #: Where in the flow.
    block: Mapped[str | None]
    opened_at: Mapped[datetime]
    taken_by: Mapped[int | None]
    taken_at: Mapped[datetime | None]
    #: First answer of staff.
    answered_at: Mapped[datetime | None]
    closed_by: Mapped[int | None]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        partial("uq_requests_open", "user_id", where="closed_at IS NULL", unique=True),
        Index("ix_requests_opened", "opened_at", "id"),
        Index("ix_requests_user", "user_id", "id"),
    )
