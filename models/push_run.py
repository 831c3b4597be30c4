"""Runs of pushes: one sending, from its plan to its end."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import AutoId, Base, partial


class PushRun(Base):
    """One sending of a push.

    The counters change in the same transactions as the deliveries, so their sum is the audience.
    """

    __tablename__ = "push_runs"

    id: Mapped[int] = mapped_column(AutoId, primary_key=True)
    push_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("pushes.id", ondelete="CASCADE"))
    #: all; new (members whom this push has not reached yet); selected (rows of `push_selections`); failed; unsure.
    recipients: Mapped[str]
    #: draft (being put together); approving (waits for a second admin); planned (waits for `due_at`); planning (its
    #: deliveries are being written); sending; paused; asking (its time passed while the bot was down: an admin
    #: decides); and the ends: done, stopped, missed.
    state: Mapped[str]
    #: When it begins; while it is sending: not before this time (Telegram said wait).
    due_at: Mapped[datetime | None]
    #: The time as it was typed, in the bot's zone ("2026-12-01 09:00"); `due_at` follows it when zones change.
    due_typed: Mapped[str | None]
    #: Whose clock `due_typed` is read from: the bot's, or that of each user, who gets it when it is so late there.
    clock: Mapped[str] = mapped_column(default="bot", server_default="bot")
    #: When it comes again, as `bot.services.repeats` writes it ("weekly mon,fri 09:00"); null: never.
    repeat: Mapped[str | None]
    #: Telegram is paid to take it faster than it takes messages for nothing.
    paid: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: What happens when the time passed while the bot was down: send, skip, ask.
    late: Mapped[str] = mapped_column(default="send", server_default="send")
    #: Frozen when the run is planned into the ledger: the block that it starts or the message of its own, the topic,
    #: the options, and the flow's version (null where no block of it is needed).
    start: Mapped[str | None]
    content_id: Mapped[int | None]
    revision: Mapped[int | None]
    topic: Mapped[str | None]
    options: Mapped[str] = mapped_column(default="", server_default="")
    flow_version: Mapped[str | None]
    created_by: Mapped[int | None]
    created_at: Mapped[datetime]
    #: How many people whoever confirmed it was told that it reaches.
    expected: Mapped[int | None]
    #: The second admin, where it is for so many that one is not enough.
    approved_by: Mapped[int | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    #: Why it is paused, stopped or missed, in words.
    reason: Mapped[str | None]
    #: Watermark: deliveries up to this person are claimed.
    claimed_to: Mapped[int | None]
    #: Times in a row that Telegram refused the content; a handful stops the run.
    refusals: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    audience: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    sent: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    blocked: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    failed: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    skipped: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    cancelled: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    unsure: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    #: The living card in the admin's chat.
    card_chat: Mapped[int | None]
    card_message: Mapped[int | None]

    __table_args__ = (
        Index("ix_push_runs_push", "push_id", "id"),
        partial("ix_push_runs_open", "due_at", where="state IN ('planned', 'planning', 'sending')"),
        partial("uq_push_runs_live", "push_id", where="state IN ('planning', 'sending', 'paused')", unique=True),
    )


class PushSelection(Base):
    """A member picked by hand for a run with `recipients = selected`."""

    __tablename__ = "push_selections"

    run_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("push_runs.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
