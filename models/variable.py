"""Variables: what people say, kept by name."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import AutoId, Base, partial


class Variable(Base):
    """A variable that some flow declared. Declared once; its rows stay when a flow drops it."""

    __tablename__ = "variables"

    id: Mapped[int] = mapped_column(AutoId, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    #: One of `bot.rules.Type`.
    type: Mapped[str]


class UserVariable(Base):
    """One person's value of one variable. No row: not set."""

    __tablename__ = "user_variables"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    variable_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("variables.id"), primary_key=True)
    #: The value as it is shown; for dates ISO text.
    text: Mapped[str | None]
    #: The folded twin of `text` that comparisons use.
    folded: Mapped[str | None]
    #: Numbers, booleans (0, 1), dates and times as numbers (see `bot.rules.to_number`).
    number: Mapped[float | None]

    __table_args__ = (
        partial("ix_user_variables_text", "variable_id", "folded", "user_id", where="folded IS NOT NULL"),
        partial("ix_user_variables_number", "variable_id", "number", "user_id", where="number IS NOT NULL"),
        {"sqlite_with_rowid": False},
    )
