"""What a push says beside blocks of the flow, who wants which topic, who pressed what, and what is done afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import AutoId, Base, partial


class PushContent(Base):
    """A message composed in the chat, as a value. Rows never change: an edit is a new row, and runs keep theirs."""

    __tablename__ = "push_contents"

    id: Mapped[int] = mapped_column(AutoId, primary_key=True)
    push_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("pushes.id", ondelete="CASCADE"))
    #: `bot.services.contents.to_json` by language; "" is what everybody else gets.
    versions: Mapped[dict[str, Any]]
    #: The bot that its files were sent to: no other bot can send them.
    bot_id: Mapped[int]
    created_by: Mapped[int | None]
    created_at: Mapped[datetime]

    __table_args__ = (Index("ix_push_contents_push", "push_id"),)


class TopicLeft(Base):
    """Somebody wants no pushes of this topic any more."""

    __tablename__ = "topics_left"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    #: Folded, as `pushes.topic`.
    topic: Mapped[str] = mapped_column(primary_key=True)
    left_at: Mapped[datetime]

    __table_args__ = (Index("ix_topics_left_topic", "topic", "user_id"), {"sqlite_with_rowid": False})


class PushClick(Base):
    """Somebody pressed this button of a run at least once. Links are not here: Telegram tells nobody."""

    __tablename__ = "push_clicks"

    run_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("push_runs.id", ondelete="CASCADE"), primary_key=True)
    #: The block and the choice that the button carries, parted by a colon; "unsubscribe".
    button: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    pressed_at: Mapped[datetime]

    __table_args__ = (Index("ix_push_clicks_user", "user_id"), {"sqlite_with_rowid": False})


class PushSweep(Base):
    """One going over what a run has sent: taking it back, or changing its text."""

    __tablename__ = "push_sweeps"

    id: Mapped[int] = mapped_column(AutoId, primary_key=True)
    run_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("push_runs.id", ondelete="CASCADE"))
    #: recall, edit.
    kind: Mapped[str]
    #: What the messages are changed to.
    content_id: Mapped[int | None]
    #: going, done, stopped.
    state: Mapped[str]
    #: Watermark: people up to this one are done.
    reached_to: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    #: People to go over, and what became of them.
    total: Mapped[int]
    changed: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    failed: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    #: Why the last one failed, in Telegram's words.
    reason: Mapped[str | None]
    created_by: Mapped[int | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_push_sweeps_run", "run_id", "id"),
        partial("uq_push_sweeps_going", "run_id", where="state = 'going'", unique=True),
    )
