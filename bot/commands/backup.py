"""backup and restore: a copy of the whole database while the bot runs, and the way back."""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from sqlalchemy.orm import Session

from bot.commands.terminal import Commands, complain, say, with_config
from bot.config import load
from bot.services import backups, engines, users_tombstones
from bot.services.backups import BadBackup

KEEP = 14
#: Beside the copies: who was forgotten, so that an older copy, or one brought back elsewhere, forgets them again.
FORGOTTEN = "forgotten.txt"

Tombstones: TypeAlias = dict[str, datetime]


def declare(commands: Commands) -> None:
    """Add the commands."""
    backup = with_config(commands.add_parser("backup", help="copy the database, also while the bot runs"))
    backup.add_argument("--folder", type=Path, default=Path("backups"), help="default: backups")
    backup.add_argument(
        "--keep", type=int, default=KEEP, help=f"newest copies that stay in the folder (default: {KEEP})"
    )
    backup.set_defaults(work=_backup)
    restore = with_config(commands.add_parser("restore", help="bring a copy back; the bot must not run"))
    restore.add_argument("file", type=Path, help="a copy that backup made")
    restore.set_defaults(work=_restore)


def _backup(given: argparse.Namespace) -> int:
    url = load(given.config).database.url.get_secret_value()
    if given.keep < 1:
        complain("--keep must be at least 1.")
        return 2
    name = f"frontdesk-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}{backups.ending(url)}"
    try:
        _write_forgotten(given.folder / FORGOTTEN, _forgotten_now(url))
        made = backups.backup(url, given.folder / name)
        gone = backups.rotate(given.folder, given.keep)
    except (OSError, BadBackup) as error:
        complain(f"The backup was not made: {str(error).rstrip('.')}.")
        return 1
    say(f"{made.path} holds everything, schema {made.schema}. Deleted for their age: {len(gone)}.")
    return 0


def _write_forgotten(path: Path, now: Tombstones) -> None:
    """Add to the file, which nobody else can read; it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    text = users_tombstones.written(users_tombstones.merged(_read_forgotten(path), now))
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _read_forgotten(path: Path) -> Tombstones:
    """Raises BadBackup where the file is none of ours."""
    try:
        return users_tombstones.read(path.read_text()) if path.exists() else {}
    except ValueError as error:
        raise BadBackup(f"{path} is not a list of who was forgotten; move it away or mend it.") from error


def _restore(given: argparse.Namespace) -> int:
    """The database of now is put aside first; who was forgotten since the backup is forgotten again."""
    url = load(given.config).database.url.get_secret_value()
    if not given.file.is_file():
        complain(f"There is no file {given.file}.")
        return 2
    claim = engines.claim(url)
    try:
        forgotten = _forgotten(url, given.file)
        schema, aside = _bring_back(url, given.file)
        again = _replay(url, forgotten)
    except BadBackup as problem:
        complain(str(problem))
        return 2
    finally:
        claim.release()
    say(f"{given.file} is back (it was at schema {schema}). To be forgotten again at the next start: {again} people.")
    if aside is not None:
        say(f"What was there before is kept as {aside}; delete it when all is well.")
    return 0


def _bring_back(url: str, copy: Path) -> tuple[str, Path | None]:
    """The schema of the copy, and where the database of now is kept. Raises BadBackup; then nothing has changed."""
    aside = _put_aside(url)
    try:
        return backups.restore(url, copy), aside
    except BadBackup:
        _put_back(url, aside)
        raise


def _forgotten(url: str, copy: Path) -> Tombstones:
    """As the database of now knows it, and the file beside the copy."""
    return users_tombstones.merged(_forgotten_now(url), _read_forgotten(copy.with_name(FORGOTTEN)))


def _forgotten_now(url: str) -> Tombstones:
    if backups.ending(url) == ".sqlite3" and not _file_of(url).exists():
        return {}
    engine = engines.connect(url, read_only=True)
    try:
        with Session(engine) as db:
            at_newest = engines.revision(db.connection()) == engines.newest()
            return users_tombstones.tombstones(db) if at_newest else {}
    finally:
        engine.dispose()


def _file_of(url: str) -> Path:
    return Path(engines.parse(url).database or "")


def _put_aside(url: str) -> Path | None:
    """A SQLite file gets another name; a PostgreSQL database has to be an empty one."""
    if backups.ending(url) != ".sqlite3" or not (path := _file_of(url)).exists():
        return None
    aside = path.with_name(f"{path.name}.before-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    for part in ("-wal", "-shm", ""):
        if (file := path.with_name(path.name + part)).exists():
            file.rename(aside.with_name(aside.name + part))
    return aside


def _put_back(url: str, aside: Path | None) -> None:
    if aside is None:
        return
    path = _file_of(url)
    for part in ("-wal", "-shm", ""):
        if (file := aside.with_name(aside.name + part)).exists():
            file.rename(path.with_name(path.name + part))


def _replay(url: str, forgotten: Tombstones) -> int:
    engine = engines.connect(url)
    try:
        with Session(engine) as db, db.begin():
            return users_tombstones.replay(db, forgotten, now=datetime.now(UTC))
    finally:
        engine.dispose()
