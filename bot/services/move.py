"""From a SQLite file to PostgreSQL: every table, in the order of its keys, and compared row by row in the end."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import orjson
from sqlalchemy import Column, Connection, Engine, Integer, Table, func, insert, select, text, tuple_
from sqlalchemy.dialects import postgresql

from bot.services import engines
from bot.services.engines import DatabaseProblem
from models import Base

#: Rows in one transaction, unless somebody says otherwise.
BATCH = 5000
#: Checksums are sums, so that the order in which a database sorts texts does not matter.
MODULUS = 2**128

#: Told after each batch: the table, and how many of its rows are there by now.
Say = Callable[[str, int], None]


def move(source: str, target: str, say: Say, *, most: int = BATCH) -> int:
    """Copy everything that is not there yet, and compare; returns the number of rows. Can be begun again.

    `most`: rows in one transaction. The bot must not run on either. Raises `DatabaseProblem`.
    """
    if engines.parse(source).get_backend_name() != "sqlite" or engines.parse(target).get_backend_name() == "sqlite":
        raise DatabaseProblem("A database is moved from a SQLite file (in the config) to PostgreSQL (--to).")
    claim = engines.claim(source)
    old, new = engines.prepare(source, threads=1), engines.prepare(target, threads=1)
    try:
        for table in Base.metadata.sorted_tables:
            _copy(old, new, table, say, most)
        return sum(_compare(old, new, table) for table in Base.metadata.sorted_tables)
    finally:
        old.dispose()
        new.dispose()
        claim.release()


def _copy(old: Engine, new: Engine, table: Table, say: Say, most: int) -> None:
    with new.connect() as connection:
        done = _done(connection, table)
    statement = postgresql.insert(table).on_conflict_do_nothing()
    count = 0
    for batch in _batches(old, table, most, done):
        with new.begin() as connection:
            connection.execute(statement if done is not None or _is_text(table) else insert(table), batch)
        count += len(batch)
        say(table.name, count)
    with new.begin() as connection:
        _count_on(connection, table)


def _done(connection: Connection, table: Table) -> Any:
    """The first part of the key up to which an earlier move came; None: from the beginning."""
    return None if _is_text(table) else connection.scalar(select(func.max(_key(table)[0])))


def _is_text(table: Table) -> bool:
    """Whether the key begins with a text: databases sort texts in different ways, so there is no going on from one."""
    return not isinstance(_key(table)[0].type, Integer)


def _key(table: Table) -> list[Column[Any]]:
    return list(table.primary_key.columns)


def _batches(engine: Engine, table: Table, most: int, since: Any = None) -> Iterator[list[dict[str, Any]]]:
    """All rows in the order of their key, from `since` on (and that one again)."""
    key = _key(table)
    query = select(table).order_by(*key).limit(most)
    where = [] if since is None else [key[0] >= since]
    while True:
        with engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(query.where(*where)).mappings()]
        if not rows:
            return
        yield rows
        last = tuple(rows[-1][column.name] for column in key)
        where = [tuple_(*key) > tuple_(*last)]


def _count_on(connection: Connection, table: Table) -> None:
    """Ids that count themselves up go on behind the largest."""
    (first, *more) = _key(table)
    sequence = text("SELECT pg_get_serial_sequence(:name, :key)")
    found = None if more else connection.scalar(sequence, {"name": table.name, "key": first.name})
    largest = connection.scalar(select(func.max(first))) if found else None
    if largest:
        connection.execute(
            text("SELECT setval(CAST(:found AS regclass), :largest)"), {"found": found, "largest": largest}
        )


def _compare(old: Engine, new: Engine, table: Table) -> int:
    """The number of rows. Raises `DatabaseProblem` where the tables differ."""
    before, after = _summary(old, table), _summary(new, table)
    if before != after:
        raise DatabaseProblem(
            f"The table {table.name} has {before[0]:,} rows in the file and {after[0]:,} in PostgreSQL, or they differ."
            " Give --to an empty database, and let nothing write to either meanwhile."
        )
    return before[0]


def _summary(engine: Engine, table: Table) -> tuple[int, int]:
    """How many rows, and the sum of their checksums."""
    count = total = 0
    for rows in _batches(engine, table, BATCH):
        count += len(rows)
        for row in rows:
            written = orjson.dumps(row, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z, default=str)
            total += int.from_bytes(hashlib.blake2b(written, digest_size=16).digest())
    return count, total % MODULUS
