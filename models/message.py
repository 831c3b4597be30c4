"""The log, which is also the outbox: every message of every conversation, in and out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json, partial


class Message(Base):
    """One message of one person's conversation with the bot, numbered from 1 within that conversation."""

    __tablename__ = "messages"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    #: "in" (the person wrote), "out" (went or goes to the person), "note" (only staff see it).
    direction: Mapped[str]
    #: Who wrote it: "user", "flow", "staff", "push", "system".
    author: Mapped[str]
    #: Which member of staff; which push run.
    author_id: Mapped[int | None]
    #: `bot.flow.content.Kind`, or for what is drawn when it is sent: "alert", "relay".
    kind: Mapped[str]
    #: The text in words (no markup), for the conversation view and excerpts.
    words: Mapped[str] = mapped_column(default="", server_default="")
    #: What is sent (`services.contents.to_json`), or what is needed to draw it; for incoming media the file's id.
    content: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime]
    #: Of outgoing ones: waiting, sent, stale (sent, but its text has changed since: to be edited), failed, unsure.
    #: Null: incoming, notes.
    state: Mapped[str | None]
    #: Why it failed, in words for staff.
    reason: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    #: Not before this time (a retry after Telegram said wait).
    due_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    #: Telegram's id in that chat; known for incoming ones at once, for outgoing ones after sending.
    telegram_id: Mapped[int | None]
    #: What this is a copy of: a message (Telegram's id) in somebody's chat. A relay copies the user's message, an
    #: answer copies that of the member of staff: so edits and replies find their way.
    source_chat: Mapped[int | None]
    source_id: Mapped[int | None]
    #: The support request this belongs to.
    request_id: Mapped[int | None]
    #: On the first line that a turn wrote: the blocks it led through, from the one where it began, with blanks between.
    way: Mapped[str | None]
    #: Lane on the wire: 0 answers, 1 support, 2 pushes.
    lane: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    __table_args__ = (
        partial("ix_messages_pending", "user_id", "number", where="state IN ('waiting', 'stale')"),
        partial("ix_messages_telegram", "user_id", "telegram_id", where="telegram_id IS NOT NULL"),
        partial("ix_messages_source", "source_chat", "source_id", where="source_chat IS NOT NULL"),
        partial("ix_messages_request", "request_id", where="request_id IS NOT NULL"),
        {"sqlite_with_rowid": False},
    )
