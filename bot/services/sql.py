"""What both databases say the same way, said once: tables for Core statements, upserts."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.orm import Session

from models import Base


def table(model: type[Base]) -> Table:
    """The table of a model, for statements that shall not pass through the ORM."""
    return cast(Table, model.__table__)


def dialect(db: Session) -> str:
    """Which database this is: "sqlite" or "postgresql"."""
    return db.get_bind().dialect.name


def insert(dialect: str, model: type[Base]) -> Insert:
    """An INSERT that can say ON CONFLICT. SQLite's is spelled like PostgreSQL's, so it passes for one."""
    make = postgresql.insert if dialect == "postgresql" else cast("type[Insert]", sqlite.insert)
    return make(table(model))
