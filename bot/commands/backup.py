"""backup and restore: a copy of the whole database while the bot runs, and the way back."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from bot.commands.terminal import Commands, complain, say, with_config
from bot.config import load
from bot.services import backups, engines, users_replay
from bot.services.backups import BadBackup

KEEP = 14


def declare(commands: Commands) -> None:
    """Add the commands."""
    backup = with_config(commands.add_parser("backup", help="copy the database, also while the bot runs"))
    backup.add_argument("--folder", type=Path, default=Path("backups"), help="default: backups")
    backup.add_argument(
        "--keep", type=int, default=KEEP, help=f"newest copies that stay in the folder (default: {KEEP})"
    )
    backup.set_defaults(work=_backup)
    restore = with_config(commands.add_parser("restore", help="bring a copy back; the bot must not run"))
    restore.add_argument("file", type=Path)
    restore.set_defaults(work=_restore)


def _backup(given: argparse.Namespace) -> int:
    url = load(given.config).database.url.get_secret_value()
    if given.keep < 1:
        complain("--keep must be at least 1.")
        return 2
    name = f"frontdesk-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}{backups.ending(url)}"
    try:
        made = backups.backup(url, given.folder / name)
        gone = backups.rotate(given.folder, given.keep)
    except (OSError, BadBackup) as error:
        complain(f"The backup was not made: {error}.")
        return 1
    say(f"{made.path} holds everything, schema {made.schema}. Deleted for their age: {len(gone)}.")
    return 0


def _restore(given: argparse.Namespace) -> int:
    """The database of now is put aside first; who was forgotten in it since the backup is forgotten again."""
    url = load(given.config).database.url.get_secret_value()
    if not given.file.is_file():
        complain(f"There is no file {given.file}.")
        return 2
    claim = engines.claim(url)
    try:
        forgotten = _forgotten_now(url)
        aside = _put_aside(url)
        try:
            schema = backups.restore(url, given.file)
        except BadBackup as problem:
            _put_back(url, aside)
            complain(str(problem))
            return 2
        again = _replay(url, forgotten)
    finally:
        claim.release()
    say(f"{given.file} is back (it was at schema {schema}). To be forgotten again at the next start: {again} people.")
    if aside is not None:
        say(f"What was there before is kept as {aside}; delete it when all is well.")
    return 0


def _forgotten_now(url: str) -> set[str]:
    if backups.ending(url) == ".sqlite3" and not _file_of(url).exists():
        return set()
    engine = engines.connect(url, read_only=True)
    try:
        with Session(engine) as db:
            at_newest = engines.revision(db.connection()) == engines.newest()
            return set(users_replay.tombstones(db)) if at_newest else set()
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


def _replay(url: str, forgotten: set[str]) -> int:
    engine = engines.connect(url)
    try:
        with Session(engine) as db, db.begin():
            return users_replay.replay(db, forgotten, datetime.now(UTC))
    finally:
        engine.dispose()
