"""Groups: people who match saved rules."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import AutoId, Base


class Group(Base):
    """A name and the rules that say who belongs to it; membership is computed, never stored."""

    __tablename__ = "groups"

    id: Mapped[int] = mapped_column(AutoId, primary_key=True)
    name: Mapped[str]
    #: The name as rules compare it (`bot.rules.fold`).
    folded: Mapped[str] = mapped_column(unique=True)
    #: "all" (every rule holds), "any" (one holds), "everyone" (no rules needed).
    matching: Mapped[str]
    created_by: Mapped[int | None]
    created_at: Mapped[datetime]


class GroupRule(Base):
    """One rule of a group, in the rule language."""

    __tablename__ = "group_rules"

    group_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    text: Mapped[str]
