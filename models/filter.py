"""Filters: typed conditions of lists, kept so that a button can name one in a few bytes."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from models.base import AutoId, Base


class Filter(Base):
    """The text of one filter. The same text is one row, so old buttons keep working."""

    __tablename__ = "filters"

    id: Mapped[int] = mapped_column(AutoId, primary_key=True)
    text: Mapped[str] = mapped_column(unique=True)
