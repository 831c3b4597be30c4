"""Topics: support requests as topics of the staff group, what was posted there, and the group itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, partial


class DeskTopic(Base):
    """The topic of one request. What is still to be done there is the difference to the log and the request."""

    __tablename__ = "desk_topics"

    request_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("requests.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"))
    chat_id: Mapped[int]
    #: Telegram's id of the topic; null: it is to be made.
    thread_id: Mapped[int | None]
    #: The pinned card; null: it is to be sent.
    card_id: Mapped[int | None]
    #: The user's conversation is posted up to this line.
    posted: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    #: What title and card said when they were last changed; null: nothing yet.
    shown: Mapped[str | None]
    #: How often it was made again in a row because it was gone, and when last.
    remade: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    remade_at: Mapped[datetime | None]
    #: When something was last done for it: the others come first.
    served_at: Mapped[datetime | None]
    #: Set: nothing more is done for it (the request is closed and the topic shows it, or it was given up).
    settled_at: Mapped[datetime | None]
    #: Why it was given up; the request goes on in direct messages.
    failed: Mapped[str | None]

    __table_args__ = (
        Index("ix_desk_topics_thread", "chat_id", "thread_id"),
        Index("ix_desk_topics_user", "user_id"),
        partial("ix_desk_topics_open", "served_at", where="settled_at IS NULL"),
    )


class DeskPost(Base):
    """One message in a topic, and the line of the user's conversation that it stands for."""

    __tablename__ = "desk_posts"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    telegram_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"))
    number: Mapped[int]

    __table_args__ = (Index("ix_desk_posts_line", "user_id", "number"),)


class StaffGroup(Base):
    """What is known of a staff group; at most one is in use at a time."""

    __tablename__ = "staff_groups"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    #: Since when the bot cannot work there, and why; null: it can.
    lost_at: Mapped[datetime | None]
    reason: Mapped[str | None]
