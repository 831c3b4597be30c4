"""Pushes: what is sent to groups, again and again if wanted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import AutoId, Base, partial


class Push(Base):
    """A push as saved: saving is not sending."""

    __tablename__ = "pushes"

    id: Mapped[int] = mapped_column(AutoId, primary_key=True)
    #: For admins; never sent.
    title: Mapped[str]
    #: The title as commands find it (`bot.rules.fold`); free again once the push is deleted.
    folded: Mapped[str]
    #: The block of the flow that it starts; null only in a push that is not finished.
    start: Mapped[str | None]
    #: Goes to everyone instead of groups.
    everyone: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[int | None]
    created_at: Mapped[datetime]
    #: Deleted pushes keep their ledger.
    deleted_at: Mapped[datetime | None]

    __table_args__ = (partial("uq_pushes_title", "folded", where="deleted_at IS NULL", unique=True),)


class PushGroup(Base):
    """A push goes to this group."""

    __tablename__ = "push_groups"

    push_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("pushes.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)

    __table_args__ = (Index("ix_push_groups_group", "group_id"),)
