"""Tags: marks on people, set by flows and staff."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class UserTag(Base):
    """One tag on one person."""

    __tablename__ = "user_tags"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    #: Folded as rules compare it.
    tag: Mapped[str] = mapped_column(primary_key=True)

    __table_args__ = (Index("ix_user_tags_tag", "tag", "user_id"), {"sqlite_with_rowid": False})
