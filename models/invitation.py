"""Invitations: links that make whoever opens them first a member of staff or an admin."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from models.base import AutoId, Base


class Invitation(Base):
    """One link, t.me/<bot>?start=i_<secret>. Only the digest of the secret is kept. Works once, until it expires."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(AutoId, primary_key=True)
    #: SHA-256 of the secret.
    digest: Mapped[str] = mapped_column(unique=True)
    #: "staff" or "admin".
    role: Mapped[str]
    created_by: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_by: Mapped[int | None]
    used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
