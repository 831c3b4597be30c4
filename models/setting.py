"""Settings: what owners have changed in the chat, over what the config says."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Setting(Base):
    """One value, as it is typed. A key without a row has the config's value."""

    __tablename__ = "settings"

    #: One of `bot.services.settings.KEYS`.
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    changed_by: Mapped[int | None]
    changed_at: Mapped[datetime]
