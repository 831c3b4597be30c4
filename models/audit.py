"""The audit: who did what to whom, and who was refused."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import AutoId, Base


class AuditEntry(Base):
    """One change or one refusal. Rows are added and never changed."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(AutoId, primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    #: "user.bot_off", "push.send", "group.delete" …: noun and verb.
    action: Mapped[str]
    #: What it was done to: "user 42", "push 7".
    target: Mapped[str | None]
    before: Mapped[str | None]
    after: Mapped[str | None]
    #: Why it was refused; null: it was done.
    refused: Mapped[str | None]
    #: Chance that goes into `digest`; null: what the row said of a forgotten person was struck out.
    salt: Mapped[str | None]
    #: SHA-256 of the salt and what the row says; null in rows of versions that had no chain.
    digest: Mapped[str | None]
    #: SHA-256 of the row before this one's `chain` and this row's `digest`.
    chain: Mapped[str | None]

    __table_args__ = (Index("ix_audit_target", "target", "id"), Index("ix_audit_actor", "actor_id", "id"))
