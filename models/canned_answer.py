"""Canned answers: what staff say again and again, kept under a name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from models.base import AutoId, Base


class CannedAnswer(Base):
    """One answer, with placeholders that are filled in for the user it goes to."""

    __tablename__ = "canned_answers"

    id: Mapped[int] = mapped_column(AutoId, primary_key=True)
    #: Folded; what is typed after /c.
    name: Mapped[str] = mapped_column(unique=True)
    #: Telegram's HTML with {placeholders}.
    text: Mapped[str]
    changed_by: Mapped[int | None]
    changed_at: Mapped[datetime]
