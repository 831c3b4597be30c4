"""List columns: what an admin wants to see of each user in the list."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json


class ListColumns(Base):
    """The fields one admin has chosen; no row: none."""

    __tablename__ = "list_columns"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    #: Names of variables and system fields, in the order in which they are shown.
    fields: Mapped[list[Any]] = mapped_column(Json, default=list)
