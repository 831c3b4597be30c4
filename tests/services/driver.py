"""What is said to the driver of a database, whoever says it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy.orm import Session


@contextmanager
def statements(db: Session) -> Iterator[list[str]]:
    """What the database is asked meanwhile, seen where the driver is asked for a cursor or says what it does."""
    counted: list[str] = []
    connection: Any = db.connection().connection.dbapi_connection

    class Counting(psycopg.Cursor[Any]):
        def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
            counted.append(str(query))
            return super().execute(query, *args, **kwargs)

        def executemany(self, query: Any, params_seq: Any, **kwargs: Any) -> None:
            counted.append(str(query))
            super().executemany(query, params_seq, **kwargs)

    if db.get_bind().dialect.name == "sqlite":
        connection.set_trace_callback(counted.append)
        yield counted
        connection.set_trace_callback(None)
    else:
        usual, connection.cursor_factory = connection.cursor_factory, Counting
        yield counted
        connection.cursor_factory = usual
