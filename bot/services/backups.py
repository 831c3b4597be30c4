"""Copies of the whole database: one consistent moment, taken while the bot runs, and brought back.

A SQLite file is copied by SQLite itself and is a database again. PostgreSQL is read in one repeatable-read transaction
into a zip of its tables, as COPY writes them, so that neither side needs programs of the server.
"""

from __future__ import annotations

import json
import os
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from bot import __version__
from bot.services import engines
from models import Base

#: Bytes that are read of a table at once.
_PIECE = 1024 * 1024
_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy holds."""

    path: Path
    schema: str


class BadBackup(Exception):
    """A file cannot be brought back; the text is one sentence for the operator."""


def ending(url: str) -> str:
    """How files of this kind of database end."""
    return ".sqlite3" if engines.parse(url).get_backend_name() == "sqlite" else ".zip"


def backup(url: str, target: Path) -> Copied:
    """Copy the database into `target`, which nobody else can read; it is there whole or not at all.

    Raises DatabaseProblem, or OSError where the file cannot be written.
    """
    part = target.with_name(target.name + ".part")
    target.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        schema = _from_sqlite(url, part) if ending(url) == ".sqlite3" else _from_postgres(url, part)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return Copied(target, schema)


def _from_sqlite(url: str, part: Path) -> str:
    path = Path(engines.parse(url).database or "")
    if not path.exists():
        raise engines.DatabaseProblem(f"There is no database at {path} yet.")
    source = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    with closing(source), closing(sqlite3.connect(part)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        return _sound(copy, part)


def _sound(copy: sqlite3.Connection, path: Path) -> str:
    """The schema of a copy whose every page was looked at."""
    try:
        (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
        (schema,) = copy.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.DatabaseError, TypeError) as error:
        raise BadBackup(f"{path} is not a database of this bot.") from error
    if verdict != "ok":
        raise BadBackup(f"{path} is damaged: {verdict}.")
    return str(schema)


def _from_postgres(url: str, part: Path) -> str:
    engine = engines.connect(url)
    try:
        with (
            engine.connect().execution_options(isolation_level="REPEATABLE READ") as db,
            zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            schema = engines.revision(db) or ""
            for table in Base.metadata.sorted_tables:
                _copy_out(db, table.name, archive)
            manifest = {"version": __version__, "schema": schema}
            archive.writestr(_MANIFEST, json.dumps(manifest))
            return schema
    finally:
        engine.dispose()


def _copy_out(db: Connection, table: str, archive: zipfile.ZipFile) -> None:
    cursor = db.connection.cursor()
    with archive.open(f"{table}.copy", "w", force_zip64=True) as file, cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
        for piece in rows:
            file.write(bytes(piece))


def restore(url: str, source: Path) -> str:
    """Bring a copy back into an empty place, at the schema of this version; returns the schema that the copy had.

    Raises BadBackup where the file is none or is of a newer version, DatabaseProblem where the place is not empty.
    """
    if ending(url) == ".sqlite3":
        return _to_sqlite(url, source)
    return _to_postgres(url, source)


def _to_sqlite(url: str, source: Path) -> str:
    path = Path(engines.parse(url).database or "")
    if path.exists():
        raise engines.DatabaseProblem(f"{path} is there already; it is not overwritten.")
    with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as copy:
        schema = _sound(copy, source)
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(path)) as target:
            copy.backup(target)
    engines.prepare(url, threads=1).dispose()
    return schema


def _to_postgres(url: str, source: Path) -> str:
    try:
        archive = zipfile.ZipFile(source)
        schema = str(json.loads(archive.read(_MANIFEST))["schema"])
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise BadBackup(f"{source} is not a copy of a PostgreSQL database.") from error
    engine = engines.connect(url)
    try:
        with archive:
            _fill(engine, archive, schema)
    finally:
        engine.dispose()
    engines.prepare(url, threads=1).dispose()
    return schema


def _fill(engine: Engine, archive: zipfile.ZipFile, schema: str) -> None:
    with engine.connect() as db:
        if engines.revision(db) is not None:
            raise engines.DatabaseProblem("The database is not empty; name an empty one.")
    engines.upgrade(engine, schema)
    with engine.begin() as db:
        names = {name.removesuffix(".copy") for name in archive.namelist() if name.endswith(".copy")}
        for table in Base.metadata.sorted_tables:
            if table.name in names:
                _copy_in(db, table.name, archive)
        for table in Base.metadata.sorted_tables:
            if "id" in table.columns:
                _follow_sequence(db, table.name, "id")


def _copy_in(db: Connection, table: str, archive: zipfile.ZipFile) -> None:
    cursor = db.connection.cursor()
    with archive.open(f"{table}.copy") as file, cursor.copy(f'COPY "{table}" FROM STDIN') as rows:
        while piece := file.read(_PIECE):
            rows.write(piece)


def _follow_sequence(db: Connection, table: str, column: str) -> None:
    """Let new rows get numbers after the ones that came; tables whose numbers come from elsewhere have no sequence."""
    sequence = db.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table, "column": column})
    if sequence:
        greatest = f'(SELECT coalesce(max("{column}"), 0) + 1 FROM "{table}")'
        db.execute(text(f"SELECT setval(:sequence, {greatest}, false)"), {"sequence": sequence})


def rotate(folder: Path, keep: int) -> list[Path]:
    """Delete all copies of a folder but the newest `keep`; returns what is gone."""
    old = sorted(folder.glob("frontdesk-*"), reverse=True)[keep:]
    for path in old:
        path.unlink()
    return old
