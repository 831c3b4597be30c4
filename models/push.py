"""Pushes: what is sent to groups, again and again if wanted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import AutoId, Base, partial


class Push(Base):
    """A push as saved: saving is not sending."""

    __tablename__ = "pushes"

    id: Mapped[int] = mapped_column(AutoId, primary_key=True)
    #: For admins; never sent.
    title: Mapped[str]
    #: The title as commands find it (`bot.rules.fold`); free again once the push is deleted.
    folded: Mapped[str]
    #: The block of the flow that it starts; null where it has a message of its own, or is not finished.
    start: Mapped[str | None]
    #: The message of its own: the newest of its `push_contents`.
    content_id: Mapped[int | None]
    #: Counts up with every change of what is sent.
    revision: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    #: People who have left this topic get nothing; folded. Null: it has no topic.
    topic: Mapped[str | None]
    #: What is switched on (`services.push_content.OPTIONS`), parted by blanks.
    options: Mapped[str] = mapped_column(default="", server_default="")
    #: Whose log has the last preview of this revision, and under which number.
    previewed_by: Mapped[int | None]
    previewed_number: Mapped[int | None]
    #: Goes to everyone instead of groups.
    everyone: Mapped[bool] = mapped_column(default=False)
    #: Goes to those for whom this rule holds, besides the groups and the people picked for it.
    rule: Mapped[str | None]
    #: Goes to people who talk with staff as well.
    talking: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_by: Mapped[int | None]
    created_at: Mapped[datetime]
    #: Deleted pushes keep their ledger.
    deleted_at: Mapped[datetime | None]

    __table_args__ = (partial("uq_pushes_title", "folded", where="deleted_at IS NULL", unique=True),)


class PushGroup(Base):
    """A push goes to this group, or to nobody in it."""

    __tablename__ = "push_groups"

    push_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("pushes.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    #: Whoever is in this group is taken out.
    minus: Mapped[bool] = mapped_column(default=False, server_default=false())

    __table_args__ = (Index("ix_push_groups_group", "group_id"),)


class PushMember(Base):
    """A person picked by hand for the audience of a push."""

    __tablename__ = "push_members"

    push_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("pushes.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)

    __table_args__ = (Index("ix_push_members_user", "user_id"),)


class PushHalt(Base):
    """From `since` to `until` no push was sent at all: an admin stopped them in an emergency. Null: still."""

    __tablename__ = "push_halts"

    id: Mapped[int] = mapped_column(AutoId, primary_key=True)
    since: Mapped[datetime]
    by: Mapped[int | None]
    until: Mapped[datetime | None]

    __table_args__ = (partial("ix_push_halts_open", "since", where="until IS NULL"),)
