"""Flow versions: every flow that was offered or has spoken, so that any can be read, compared and brought back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import AutoId, Base, partial


class FlowVersion(Base):
    """One flow as it was written. The active one has the highest number; media stay in the folder on disk."""

    __tablename__ = "flow_versions"

    id: Mapped[int] = mapped_column(AutoId, primary_key=True)
    #: Counts activations from 1. Null: offered in the chat, and not activated.
    number: Mapped[int | None]
    #: The whole file.
    text: Mapped[str] = mapped_column(Text)
    #: `Flow.version`: the first 16 hexadecimal digits of the text's SHA-256.
    digest: Mapped[str]
    #: How many blocks it has.
    blocks: Mapped[int]
    #: Where it came from: "file" (on disk), "chat" (sent to the bot), "edit" (one text changed), "back" (rolled back).
    source: Mapped[str]
    #: Who sent, changed or brought it back; null where it was found on disk at start.
    author_id: Mapped[int | None]
    created_at: Mapped[datetime]
    activated_at: Mapped[datetime | None]
    #: Who activated it; null where the start did.
    activated_by: Mapped[int | None]

    __table_args__ = (partial("uq_flow_versions_number", "number", where="number IS NOT NULL", unique=True),)
