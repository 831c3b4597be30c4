"""What both databases say the same way, said once: tables for Core statements, upserts."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import JSON, BigInteger, ColumnElement, Table, any_, bindparam, func, select
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


def among(dialect: str, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """The condition that a column is one of a list of whole numbers, which is bound as the one value `name`."""
    if dialect == "postgresql":
        return column == any_(bindparam(name, type_=postgresql.ARRAY(BigInteger)))
    listed = func.json_each(bindparam(name, type_=JSON)).table_valued("value")
    return column.in_(select(listed.c.value))
