"""Farewells: people who are to be forgotten, and those who were."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Farewell(Base):
    """Everything about this person is to be deleted; the row goes with them."""

    __tablename__ = "farewells"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    #: Who wants it; null: the person.
    asked_by: Mapped[int | None]
    asked_at: Mapped[datetime]


class Tombstone(Base):
    """Somebody was forgotten. Whoever knows an id can ask whether it was this one; the id cannot be read from it."""

    __tablename__ = "tombstones"

    #: `bot.services.users_forget.digest_of`.
    digest: Mapped[str] = mapped_column(primary_key=True)
    forgotten_at: Mapped[datetime]
