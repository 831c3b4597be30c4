"""Drafts: what an admin or a member of staff has begun and not finished."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json


class Draft(Base):
    """What the next typed message of this person is for (a title, a rule, a reply …). One per person."""

    __tablename__ = "drafts"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    #: Packed press of the action that takes the typed text.
    expects: Mapped[str]
    #: What was put together so far.
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    updated_at: Mapped[datetime]
