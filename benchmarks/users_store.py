"""Storing a crowd fast: rows without their indexes and checks first, then the indexes, then the planner's figures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Table, insert, text
from sqlalchemy.schema import CreateIndex, DropIndex

from benchmarks.users_crowd import KINDS, TAG_COLUMNS, USER_COLUMNS, VALUE_COLUMNS, Row, crowd
from bot.services import engines
from bot.services.sql import table
from models import User, UserTag, UserVariable, Variable

_TABLES = ((table(User), USER_COLUMNS), (table(UserVariable), VALUE_COLUMNS), (table(UserTag), TAG_COLUMNS))
#: The naive form: all that is known of a person in one document.
_DOCUMENTS = (
    "CREATE TABLE documents AS SELECT user_id AS id, {object} AS data"
    " FROM user_variables JOIN variables ON variables.id = variable_id GROUP BY user_id"
)
_OBJECT = {
    "sqlite": "json_group_object(name, coalesce(number, folded))",
    "postgresql": "jsonb_object_agg(name, coalesce(to_jsonb(number), to_jsonb(folded)))",
}


def fill(url: str, people: int) -> None:
    """A database with so many users, ready to be asked, with the table `documents` beside what the bot keeps."""
    engine = engines.prepare(url, threads=1)
    store = _copy if engine.dialect.name == "postgresql" else _write
    with engine.begin() as db:
        db.execute(
            insert(Variable), [{"id": id, "name": kind.name, "type": kind.type} for id, kind in enumerate(KINDS, 1)]
        )
    _without_indexes(engine)
    connection: Any = engine.raw_connection().driver_connection
    for piece in crowd(people):
        for (into, columns), rows in zip(_TABLES, (piece.users, piece.values, piece.tags), strict=True):
            store(connection, into, columns, rows)
    _with_indexes(engine)
    engine.dispose()


def _without_indexes(engine: Engine) -> None:
    with engine.begin() as db:
        for where, _ in _TABLES:
            for index in where.indexes:
                db.execute(DropIndex(index))


def _with_indexes(engine: Engine) -> None:
    with engine.begin() as db:
        for where, _ in _TABLES:
            for index in where.indexes:
                db.execute(CreateIndex(index))
        db.execute(text(_DOCUMENTS.format(object=_OBJECT[engine.dialect.name])))
        db.execute(text("CREATE UNIQUE INDEX documents_id ON documents (id)"))
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            db.execute(text("VACUUM (ANALYZE)"))


def _write(connection: Any, into: Table, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {into.name} ({', '.join(columns)}) VALUES ({marks})"
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("BEGIN")
    connection.executemany(statement, map(_as_text, rows) if into.name == "users" else rows)
    connection.execute("COMMIT")


def _as_text(row: Row) -> Row:
    """Moments as SQLite keeps them."""
    return tuple(f"{value:%Y-%m-%d %H:%M:%S.%f}" if isinstance(value, datetime) else value for value in row)


def _copy(connection: Any, into: Table, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no look-ups of foreign keys row by row
        with cursor.copy(f"COPY {into.name} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    connection.commit()
