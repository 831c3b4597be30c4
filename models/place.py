"""Where each person is in the flow."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json


class Place(Base):
    """One person's place in the flow; no row before the first /start."""

    __tablename__ = "places"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    #: The block whose answers are awaited; null after the conversation ended.
    block: Mapped[str | None]
    #: Inputs that did not fit, in a row, at this block.
    failures: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    last_input: Mapped[str] = mapped_column(default="", server_default="")
    #: Blocks to return to, innermost last.
    returns: Mapped[list[Any]] = mapped_column(Json, default=list)
    #: Telegram's id of the album that came last; null: the last thing was none.
    album: Mapped[str | None]
    #: The variable that takes the rest of that album; empty: it was taken and is not kept, null: nothing fitted yet.
    collects: Mapped[str | None]

    __table_args__ = (Index("ix_places_block", "block"),)
