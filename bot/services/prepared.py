"""Statements of the hot paths: written as Core, compiled once per database, then run on its driver.

Running a Core statement costs about 30 µs of Python, the same text on the driver 2: that is what a message can save at
each of its statements. Values pass through the same types, and errors are SQLAlchemy's, so services see no difference.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError, NoResultFound
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

Values = Mapping[str, Any]
Convert = Callable[[Any], Any]


class Prepared:
    """One statement. `build` gets the dialect's name; every value that changes is a `bindparam` with a name."""

    def __init__(self, build: Callable[[str], Any]) -> None:
        self._build = build
        self._compiled: dict[str, _Compiled] = {}

    def all(self, db: Session, values: Values) -> list[Any]:
        """The rows, with the columns as attributes. Raises DBAPIError."""
        compiled, cursor = self._run(db, values)
        row = compiled.reader(cursor)
        return [row(found) for found in cursor.fetchall()]

    def first(self, db: Session, values: Values) -> Any | None:
        """The first row, None where there is none."""
        compiled, cursor = self._run(db, values)
        found = cursor.fetchone()
        row = None if found is None else compiled.reader(cursor)(found)
        cursor.close()
        return row

    def one(self, db: Session, values: Values) -> Any:
        """The row. Raises NoResultFound."""
        row = self.first(db, values)
        if row is None:
            raise NoResultFound("No row was found when one was required")
        return row

    def count(self, db: Session, values: Values) -> int:
        """How many rows it has changed."""
        return int(self._run(db, values)[1].rowcount)

    def many(self, db: Session, rows: Sequence[Values]) -> int:
        """Run it for each of these; how many rows that has changed in all."""
        compiled, connection = self._on(db)
        cursor = connection.connection.cursor()
        try:
            cursor.executemany(compiled.text, [compiled.parameters(values) for values in rows])
        except compiled.errors as error:
            _raise(connection, compiled.text, compiled.errors, error)
        return int(cursor.rowcount)

    def _run(self, db: Session, values: Values) -> tuple[_Compiled, Any]:
        compiled, connection = self._on(db)
        cursor = connection.connection.cursor()
        try:
            cursor.execute(compiled.text, compiled.parameters(values))
        except compiled.errors as error:
            _raise(connection, compiled.text, compiled.errors, error)
        return compiled, cursor

    def _on(self, db: Session) -> tuple[_Compiled, Connection]:
        connection = db.connection()
        compiled = self._compiled.get(connection.dialect.name)
        if compiled is None:
            dialect = connection.dialect
            compiled = self._compiled[dialect.name] = _Compiled(self._build(dialect.name), dialect)
        return compiled, connection


@contextmanager
def in_a_row(db: Session) -> Iterator[None]:
    """What runs meanwhile does not wait for the answer to what ran before, where that is far away (PostgreSQL).

    Nothing may be read back of it. What was wrong with one of the statements is raised at the end, as DBAPIError.
    """
    connection = db.connection()
    if connection.dialect.name != "postgresql":
        yield
        return
    driver: Any = connection.connection.driver_connection
    assert connection.dialect.loaded_dbapi is not None
    errors: type[Exception] = connection.dialect.loaded_dbapi.Error
    try:
        with driver.pipeline():
            yield
    except errors as error:
        _raise(connection, "statements in a row", errors, error)


class _Compiled:
    """A statement in the words of one driver, and how values go in and come out."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        self.text = compiled.string
        assert dialect.loaded_dbapi is not None
        self.errors: type[Exception] = dialect.loaded_dbapi.Error
        binds = _binds(compiled, dialect)
        self._by_place = [binds[name] for name in compiled.positiontup or ()] if compiled.positional else None
        self._by_name = list(binds.values())
        self._needed = sum(bind.required for bind in binds.values())
        self._dialect = dialect
        self._columns = list(statement.exported_columns) if statement.is_select or statement._returning else []
        self._reader: Callable[[Sequence[Any]], Any] | None = None

    def parameters(self, values: Values) -> Any:
        """The values as the driver wants them. Raises KeyError where one is missing, or has no place."""
        if len(values) > self._needed:
            raise KeyError(*(values.keys() - {bind.name for bind in self._by_name if bind.required}))
        if self._by_place is not None:
            return [bind.of(values) for bind in self._by_place]
        return {bind.placeholder: bind.of(values) for bind in self._by_name}

    def reader(self, cursor: Any) -> Callable[[Sequence[Any]], Any]:
        """What makes a row of the driver's one that services know; the driver says once which types it gives."""
        if self._reader is None:
            codes = [column[1] for column in cursor.description]
            self._reader = _reader(self._columns, codes, self._dialect)
        return self._reader


def _reader(columns: list[Any], codes: list[Any], dialect: Dialect) -> Callable[[Sequence[Any]], Any]:
    kind: Any = namedtuple("Found", [column.key for column in columns], rename=True)  # type: ignore[misc]
    make: Callable[[Sequence[Any]], Any] = kind._make
    found = [
        column.type.dialect_impl(dialect).result_processor(dialect, code)
        for column, code in zip(columns, codes, strict=True)
    ]
    converts = [(at, convert) for at, convert in enumerate(found) if convert is not None]

    def read(row: Sequence[Any]) -> Any:
        converted = list(row)
        for at, convert in converts:
            if converted[at] is not None:
                converted[at] = convert(converted[at])
        return make(converted)

    return read if converts else make


class _Bind:
    """One place in a statement for a value."""

    __slots__ = ("_constant", "_convert", "name", "placeholder", "required")

    def __init__(self, name: str, placeholder: str, required: bool, constant: Any, convert: Convert | None) -> None:
        self.name = name
        self.placeholder = placeholder
        self.required = required
        self._constant = constant if convert is None or required else convert(constant)
        self._convert = convert

    def of(self, values: Values) -> Any:
        """What stands there with these values."""
        if not self.required:
            return self._constant
        value = values[self.name]
        return value if self._convert is None else self._convert(value)


def _binds(compiled: SQLCompiler, dialect: Dialect) -> dict[str, _Bind]:
    """By the name in the statement. A column of an INSERT that nobody named has its default, which is a plain value."""
    defaults = {column.key: column.default for column in compiled.insert_prefetch}
    binds = {}
    for name, bind in compiled.binds.items():
        convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
        placeholder = compiled.escaped_bind_names.get(name, name)
        default = defaults.get(name)
        if default is not None:
            assert default.is_scalar, f"{name} has no plain default, so it has to be given"
            binds[name] = _Bind(name, placeholder, False, default.arg, convert)  # type: ignore[attr-defined]
        else:
            binds[name] = _Bind(name, placeholder, bind.required, bind.value, convert)
    return binds


def _raise(connection: Connection, text: str, errors: type[Exception], error: Exception) -> NoReturn:
    """The driver's error as SQLAlchemy has it; a connection that is lost leaves the pool."""
    raw = connection.connection.dbapi_connection
    lost = connection.dialect.is_disconnect(error, raw, None)  # type: ignore[arg-type]
    if lost:
        connection.invalidate(error)
    raise DBAPIError.instance(
        text, None, error, errors, connection_invalidated=lost, dialect=connection.dialect
    ) from error
