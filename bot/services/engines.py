"""How each database is opened: pragmas, locks, the schema's version, and what an operator is told when it fails."""

from __future__ import annotations

import fcntl
import os
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

import models
from bot.problem import CannotStart
from bot.services.locks import Lock

#: Seconds that a SQLite connection waits for another one's lock before it says "locked".
BUSY = 10
#: Bytes of a SQLite file that readers see as memory instead of copying pages: rules that hop through it are 3 times as
#: fast. It is the system's file cache, which gives way where memory is short.
MAPPED = 2**31 - 65536
#: What the connections of a worker are called at the server.
WORKER = "frontdesk worker"
MIGRATIONS = Path(models.__file__).parent / "migrations"


class DatabaseProblem(CannotStart):
    """The database cannot be used; the text is one sentence for the operator, without a password."""


class Claim:
    """One process per SQLite file: a lock on a file beside it, let go of when the process ends, however it ends."""

    def __init__(self, path: Path | None) -> None:
        self._file: IO[str] | None = self._lock(path) if path else None

    def release(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    @staticmethod
    def _lock(path: Path) -> IO[str]:
        lock = path.with_name(path.name + ".lock")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = lock.open("a+")
        except OSError as error:
            raise DatabaseProblem(f"The folder of the database {path} cannot be written: {error.strerror}.") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            who = file.read().strip() or "unknown"
            file.close()
            raise DatabaseProblem(
                f"Another frontdesk (process {who}) is running on {path}. Stop it first, or give this one another file."
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        return file


def claim(url: str) -> Claim:
    """Take the database for this process alone (SQLite); several processes may share PostgreSQL."""
    parsed = parse(url)
    on_disk = parsed.get_backend_name() == "sqlite" and parsed.database
    return Claim(Path(parsed.database) if on_disk and parsed.database else None)


def parse(url: str) -> URL:
    """Read `[database] url`; only SQLite files and PostgreSQL are databases here."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseProblem(
            "The database url cannot be read; it looks like sqlite:///data/frontdesk.sqlite3."
        ) from error
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        if find_spec("psycopg") is None:
            raise DatabaseProblem("PostgreSQL needs its driver; install it with: pip install 'frontdesk[postgres]'.")
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return parsed
    raise DatabaseProblem(
        f"The database url starts with {parsed.drivername}://; use sqlite:///path/to/file or postgresql://user@host/name."
    )


def folder_of(url: str) -> Path | None:
    """The nearest folder that is there already on the way to a SQLite file; None for PostgreSQL."""
    parsed = parse(url)
    if parsed.get_backend_name() != "sqlite":
        return None
    folder = Path(parsed.database or "").absolute().parent
    return next(place for place in (folder, *folder.parents) if place.exists())


def connect(url: str, *, threads: int = 1, read_only: bool = False, patience: float | None = None) -> Engine:
    """An engine on the schema as it is; nothing is opened before its first use.

    `patience`: PostgreSQL cuts whoever says nothing for so many seconds in the middle of a transaction. A process that
    is stopped there would keep its locks, and everybody else waiting.
    """
    parsed = parse(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, threads=threads, read_only=read_only)
    silence = f"-c idle_in_transaction_session_timeout={round(patience * 1000)}" if patience else ""
    options = {"options": silence} if silence and "options" not in parsed.query else {}
    named = {"application_name": WORKER} if patience else {}
    return create_engine(parsed, pool_size=threads, max_overflow=0, connect_args=options | named)


def prepare(url: str, *, threads: int, patience: float | None = None) -> Engine:
    """An engine ready for use, its schema at this version."""
    engine = connect(url, threads=threads, patience=patience)
    with ExitStack() as on_failure:
        on_failure.callback(engine.dispose)
        try:
            upgrade(engine)
        except DBAPIError as error:
            name, reason = parse(url).render_as_string(), str(error.orig).strip().splitlines()[0]
            fix = (
                " Another program is writing to it; close that program, then start again." if "locked" in reason else ""
            )
            raise DatabaseProblem(f"The database {name} cannot be opened: {reason}.{fix}") from error
        on_failure.pop_all()
    return engine


def broken_off(error: DBAPIError) -> bool:
    """Whether the same transaction may well succeed next time: a deadlock, a lost connection, a failed-over server."""
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or state in {"40001", "40P01", "57P01", "08006", "08003", "25P03"}


def _sqlite(url: URL, *, threads: int, read_only: bool) -> Engine:
    wait = float(str(url.query.get("timeout", BUSY)))
    engine = create_engine(
        url, pool_size=threads, max_overflow=0, connect_args={"timeout": wait, "check_same_thread": False}
    )
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "cache_size=-16384",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")
        if read_only:
            connection.execute("PRAGMA query_only=ON")
            connection.execute(f"PRAGMA mmap_size={MAPPED}")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def refuse_newer(schema: str, script: ScriptDirectory | None = None) -> None:
    """Raise `DatabaseProblem` for a schema that this version does not know."""
    script = script or _alembic()[1]
    if schema not in {step.revision for step in script.walk_revisions()}:
        raise DatabaseProblem(
            f"The database was written by a newer frontdesk (schema {schema}, this one knows"
            f" {script.get_current_head()}). Start that version again, or restore the backup from before the update."
        )


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring the schema to this version, or to an older one; refuse a database that a newer version has written."""
    config, script = _alembic()
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":  # two workers may start together
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({Lock.SCHEMA.value})")
        current, known = revision(connection), script.get_current_head()
        if current == known:
            return
        if current is not None:
            refuse_newer(current, script)
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def revision(connection: Connection) -> str | None:
    """The schema that a database is at; None: it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The schema of this version."""
    return _alembic()[1].get_current_head()


def _alembic() -> tuple[AlembicConfig, ScriptDirectory]:
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config, ScriptDirectory.from_config(config)
