"""Support requests: a person asked for a human."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy import text as sql_text
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
    #: Who takes care of it, and since when; handing it over changes both.
    taken_by: Mapped[int | None]
    taken_at: Mapped[datetime | None]
    #: Who handed it to whoever has it.
    handed_by: Mapped[int | None]
    #: First answer of staff.
    answered_at: Mapped[datetime | None]
    #: Since when the person waits for an answer: null once staff answered, set again by their next message.
    waits_since: Mapped[datetime | None]
    #: Null where nobody closed it: `closed_why` says what did.
    closed_by: Mapped[int | None]
    closed_at: Mapped[datetime | None]
    #: Of closed ones: "staff" closed it, "nobody" could be reached, or there was "silence" for too long.
    closed_why: Mapped[str | None]
    #: How many times a closed one was opened again.
    reopened: Mapped[int] = mapped_column(default=0, server_default=sql_text("0"))
    #: 1 to 5, what the person wrote with it, and when.
    rating: Mapped[int | None]
    rating_comment: Mapped[str | None]
    rated_at: Mapped[datetime | None]

    __table_args__ = (
        partial("uq_requests_open", "user_id", where="closed_at IS NULL", unique=True),
        Index("ix_requests_opened", "opened_at", "id"),
        Index("ix_requests_user", "user_id", "id"),
    )
