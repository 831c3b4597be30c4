"""Databases and the clock for all tests: real SQLite, real PostgreSQL, time that stands still."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from hypothesis import settings
from sqlalchemy import Engine, make_url
from sqlalchemy.orm import Session

from bot.logs import QUIET
from bot.services import engines
from bot.services.database import Database
from tests import postgres, secrets_said
from tests.clock import FakeClock

#: `make fuzz` throws more; no deadlines, since a machine may be slow.
settings.register_profile("default", max_examples=60, deadline=None)
settings.register_profile("fuzz", max_examples=20_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


#: Libraries that say addresses, as quiet as the product has them (see `bot.logs`).
for quiet in QUIET:
    logging.getLogger(quiet).setLevel(logging.WARNING)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """A test fails that has printed or logged a secret; all is logged, to debug (`log_level` in pyproject.toml)."""
    report = yield
    if report.passed and (found := secrets_said.said(words for _, words in report.sections)):
        report.outcome, report.longrepr = "failed", f"{item.nodeid} has printed or logged a secret: {found}"
    return report


#: The property of a test that says how many attempts it made to do, see or have shown what may not be.
TRIED = "threats tried"


@pytest.fixture
def tried(record_property: Callable[[str, object], None]) -> Callable[[int], None]:
    """Notes so many attempts of a test; the end of the run says how many those of all tests that passed were."""
    return partial(record_property, TRIED)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many threats were tried, and that none succeeded."""
    passed = terminalreporter.getreports("passed")
    counts = [number for report in passed for name, number in report.user_properties if name == TRIED]
    if counts:
        terminalreporter.write_line(f"{TRIED}: {sum(counts):,} in {len(counts)} tests, none of them with success")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: some tests wait for processes, and one can work meanwhile."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands at noon."""
    return FakeClock()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """One PostgreSQL for the whole run. Skipped with the reason where there is none; never in CI."""
    try:
        server = postgres.start()
    except postgres.NoPostgres as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: postgres.Server) -> Iterator[str]:
    """The name of a database at the newest schema, to be copied."""
    url = postgres_server.create()
    _migrate(url)
    yield str(make_url(url).database)
    postgres_server.drop(url)


@pytest.fixture(scope="session")
def schema_version() -> str:
    """The newest version of the schema."""
    return str(ScriptDirectory(str(engines.MIGRATIONS)).get_current_head())


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file at the newest schema, to be copied."""
    path = tmp_path_factory.mktemp("template") / "frontdesk.sqlite3"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh SQLite file at the newest schema, in a folder of its own."""
    return _sqlite(sqlite_template, tmp_path)


@pytest.fixture(scope="session")
def postgres_shelf(postgres_server: postgres.Server) -> Iterator[list[str]]:
    """Databases at the newest schema that are empty again; a test takes one and puts it back."""
    shelf: list[str] = []
    yield shelf
    for url in shelf:
        postgres_server.drop(url)


@pytest.fixture
def postgres_url(
    postgres_server: postgres.Server, postgres_template: str, postgres_shelf: list[str], schema_version: str
) -> Iterator[str]:
    """An empty PostgreSQL database at the newest schema. A test that changes the schema makes one of its own."""
    url = postgres_shelf.pop() if postgres_shelf else postgres_server.create(postgres_template)
    yield url
    postgres_server.empty(url, schema_version)
    postgres_shelf.append(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """A fresh database at the newest schema; the test runs once on each."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(name))


@pytest.fixture(scope="session")
def sqlite_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the one file lies that `db` fills anew for each test."""
    return tmp_path_factory.mktemp("db")


@pytest.fixture(scope="session")
def known_engines() -> dict[str, Engine]:
    """Engines by url: one that has seen a statement before need not compile it again."""
    return {}


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, known_engines: dict[str, Engine]) -> Iterator[Session]:
    """A session on an empty database, for services without an event loop; the test runs once on each."""
    if request.param == "sqlite":
        url = _sqlite(request.getfixturevalue("sqlite_template"), request.getfixturevalue("sqlite_folder"))
    else:
        url = str(request.getfixturevalue("postgres_url"))
    yield from _session(url, known_engines)


@pytest.fixture
def two_databases(
    sqlite_template: Path, sqlite_folder: Path, postgres_url: str, known_engines: dict[str, Engine]
) -> Iterator[tuple[Session, Session]]:
    """A session on an empty SQLite and one on an empty PostgreSQL, for what must be the same on both."""
    one, other = (_session(url, known_engines) for url in (_sqlite(sqlite_template, sqlite_folder), postgres_url))
    yield next(one), next(other)
    for session in (one, other):
        next(session, None)


def _session(url: str, known_engines: dict[str, Engine]) -> Iterator[Session]:
    if (engine := known_engines.get(url)) is None:
        engine = known_engines[url] = engines.connect(url)
    with Session(engine, expire_on_commit=False) as session:
        yield session
    engine.dispose()


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """The door to a fresh database."""
    database = Database(url)
    yield database
    await database.close()


def _sqlite(template: Path, folder: Path) -> str:
    path = folder / "frontdesk.sqlite3"
    for leftover in folder.glob(f"{path.name}*"):
        leftover.unlink()
    shutil.copy(template, path)
    return f"sqlite:///{path}"


def _migrate(url: str) -> None:
    engine = engines.prepare(url, threads=1)
    engine.dispose()
