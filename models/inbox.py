"""The inbox: every update that Telegram gave us, before we tell Telegram it arrived."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, partial


class InboxUpdate(Base):
    """One update, raw. Unique by Telegram's id, so a repeat changes nothing."""

    __tablename__ = "inbox"

    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    #: Whose turn it is: the person's id, else the chat's, else 0. One lane is handled in order.
    lane: Mapped[int]
    #: The update's JSON as Telegram sent it.
    raw: Mapped[str]
    received_at: Mapped[datetime]
    #: new; acted (an action is committed, its screen is not shown yet); done; dead (failed for good).
    state: Mapped[str] = mapped_column(default="new", server_default="new")
    attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    #: The press that draws the screen after an action, packed; shown again after a crash.
    follow_up: Mapped[str | None]
    error: Mapped[str | None]
    done_at: Mapped[datetime | None]
    #: With several workers: whose it is. Null: nobody's yet, or there is one process.
    worker: Mapped[int | None]

    __table_args__ = (
        partial("ix_inbox_open", "lane", "update_id", where="state IN ('new', 'acted')"),
        partial("ix_inbox_done", "done_at", where="done_at IS NOT NULL"),
    )
