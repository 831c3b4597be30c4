"""Alarms: what staff were told about a person who waits, so that nobody is told twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Alarm(Base):
    """How far it has gone for one person. It counts only while they wait since `since`."""

    __tablename__ = "alarms"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    #: "answer" (an answer is due), "return" (the bot returns).
    kind: Mapped[str] = mapped_column(primary_key=True)
    #: The moment from which this waiting counts; a new answer or word begins a new one.
    since: Mapped[datetime]
    #: Of answers: 1 whoever has it was told, 2 all staff, 3 the owners. Of returns: 1 staff were warned.
    stage: Mapped[int]
    at: Mapped[datetime]
