"""Uploads: files that Telegram already has from us."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Upload(Base):
    """Telegram's id of a file that this bot has uploaded once, so that it is never uploaded twice."""

    __tablename__ = "uploads"

    bot_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    #: SHA-256 of the file's bytes, hex.
    digest: Mapped[str] = mapped_column(primary_key=True)
    #: The same bytes sent as a photo and as a document are two files to Telegram.
    kind: Mapped[str] = mapped_column(primary_key=True)
    file_id: Mapped[str]
