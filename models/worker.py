"""Workers: the processes that share one PostgreSQL."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import false
from sqlalchemy.orm import Mapped, mapped_column

from models.base import AutoId, Base


class Worker(Base):
    """One process at work. The row goes with it, or with whoever finds it dead."""

    __tablename__ = "workers"

    id: Mapped[int] = mapped_column(AutoId, primary_key=True)
    #: Its last sign of life, by the database's clock.
    beat_at: Mapped[datetime]
    #: It plans and sends: at most one does (`bot.services.election`).
    leads: Mapped[bool] = mapped_column(default=False, server_default=false())
