"""Backup while the bot writes, restore, and nobody comes back who was forgotten; roles given on the host."""

from __future__ import annotations

import asyncio
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bot.__main__ import main
from bot.services import audit, audit_chain, backups, engines, messages, roles, users_forget
from bot.services.database import Database
from bot.services.messages import Line
from bot.services.roles import Role
from models import AuditEntry, Base, Farewell, Message, User
from tests.clock import NOON
from tests.postgres import Server
from tests.ui.cast import ADA, OTTO, SETUP, VERA, everyone

TOKEN = "123456789:" + "A" * 35


def config(folder: Path, url: str) -> Path:
    path = folder / "config.toml"
    path.write_text(f'[telegram]\ntoken = "{TOKEN}"\n[database]\nurl = "{url}"\n')
    return path


def write(db: Session) -> None:
    messages.write(db, [Line(VERA, "in", "user", "text", "hello"), Line(OTTO, "in", "user", "text", "ho")], now=NOON)
    audit.record(db, actor_id=ADA, action="test.note", target="user 101", now=NOON)


def invariants(db: Session) -> None:
    """Numbers of a conversation have no gap and end at the person's last; what was written together came together."""
    for user_id in (VERA, OTTO):
        last = db.get_one(User, user_id).last_message
        assert list(db.scalars(select(Message.number).where(Message.user_id == user_id))) == list(range(1, last + 1))
    lines = db.scalar(select(func.count()).select_from(Message)) or 0
    assert lines == 2 * (db.scalar(select(func.count()).select_from(AuditEntry)) or 0)
    assert audit_chain.verify(db).broken_at is None


@pytest.fixture
def elsewhere(url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty place of the same kind, without a schema."""
    if url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'back' / 'db.sqlite3'}"
        return
    server: Server = request.getfixturevalue("postgres_server")
    place = server.create()
    yield place
    server.drop(place)


async def test_a_backup_under_load_is_one_moment_and_comes_back(url: str, elsewhere: str, tmp_path: Path) -> None:
    database = Database(url)
    await database.write(everyone)
    ended = False

    async def load() -> int:
        count = 0
        while not ended:
            await database.write(write)
            count += 1
        return count

    work = asyncio.create_task(load())
    for _ in range(10):
        await database.write(write)
    made = await asyncio.to_thread(backups.backup, url, tmp_path / f"copy{backups.ending(url)}")
    for _ in range(3):
        await database.write(write)
    ended = True
    await work
    await database.close()
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert list(tmp_path.glob("*.part")) == []
    assert backups.restore(elsewhere, made.path) == engines.newest()
    if backups.ending(elsewhere) == ".sqlite3":
        assert stat.S_IMODE(Path(engines.parse(elsewhere).database or "").stat().st_mode) == 0o600
    engine = engines.connect(elsewhere)
    with Session(engine) as db, db.begin():
        assert (db.scalar(select(func.count()).select_from(AuditEntry)) or 0) >= 10
        invariants(db)
        write(db)
        invariants(db)
    engine.dispose()
    with pytest.raises(engines.DatabaseProblem):
        backups.restore(elsewhere, made.path)


async def test_a_backup_has_nothing_that_came_after_its_moment(postgres_url: str, tmp_path: Path) -> None:
    """It waits for the first table, which is locked, and whoever holds the lock writes into a later one meanwhile."""
    engine = engines.connect(postgres_url, threads=2)
    waits = select(func.count()).select_from(text("pg_locks WHERE NOT granted"))
    with Session(engine) as holder, Session(engine) as onlooker:
        holder.execute(text(f"LOCK TABLE {Base.metadata.sorted_tables[0].name}"))
        copying = asyncio.create_task(asyncio.to_thread(backups.backup, postgres_url, tmp_path / "copy.zip"))
        async with asyncio.timeout(20):
            while not onlooker.scalar(waits):
                onlooker.rollback()
                await asyncio.sleep(0)
        everyone(holder)
        holder.commit()
        made = await copying
        assert onlooker.scalar(select(func.count()).select_from(User))
    engine.dispose()
    with zipfile.ZipFile(made.path) as archive:
        assert archive.read("users.copy") == b""


def test_restore_forgets_again_who_was_forgotten_since(
    sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, folder = config(tmp_path, sqlite_url), tmp_path / "backups"
    in_one(sqlite_url, everyone)
    for _ in range(3):
        assert main(["backup", "--config", str(path), "--folder", str(folder), "--keep", "2"]) == 0
    copies = sorted(folder.glob("frontdesk-*"))
    assert len(copies) == 2

    in_one(sqlite_url, forget)
    assert main(["restore", "--config", str(path), str(copies[-1])]) == 0
    assert "To be forgotten again at the next start: 1" in capsys.readouterr().out
    in_one(sqlite_url, check_farewell)
    (tmp_path / "no.sqlite3").write_bytes(b"x" * 5000)
    assert main(["restore", "--config", str(path), str(tmp_path / "no.sqlite3")]) == 2
    in_one(sqlite_url, check_farewell)


def test_a_restore_into_an_empty_database_forgets_whom_the_file_beside_the_copy_names(
    url: str, elsewhere: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, folder = str(config(tmp_path, url)), tmp_path / "backups"
    in_one(url, everyone)
    assert main(["backup", "--config", path, "--folder", str(folder)]) == 0
    first = next(folder.glob("frontdesk-*"))
    in_one(url, forget)
    assert main(["backup", "--config", path, "--folder", str(folder)]) == 0
    assert stat.S_IMODE((folder / "forgotten.txt").stat().st_mode) == 0o600
    path = str(config(tmp_path, elsewhere))
    assert main(["restore", "--config", path, str(first)]) == 0
    assert "To be forgotten again at the next start: 1" in capsys.readouterr().out
    in_one(elsewhere, check_farewell)


def test_a_file_of_the_forgotten_that_cannot_be_read_stops_a_restore(
    sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, folder = str(config(tmp_path, sqlite_url)), tmp_path / "backups"
    in_one(sqlite_url, everyone)
    assert main(["backup", "--config", path, "--folder", str(folder)]) == 0
    (folder / "forgotten.txt").write_text("nonsense\n")
    assert main(["restore", "--config", path, str(next(folder.glob("frontdesk-*")))]) == 2
    assert "forgotten.txt is not a list of who was forgotten" in capsys.readouterr().err


def forget(db: Session) -> None:
    users_forget.ask(db, OTTO, by=roles.actor(db, OTTO, SETUP), setup=SETUP, now=NOON)
    assert users_forget.let_go(db, OTTO, now=NOON)


def check_farewell(db: Session) -> None:
    assert list(db.scalars(select(Farewell.user_id))) == [OTTO]


def in_one(url: str, work: object) -> None:
    engine = engines.connect(url)
    with Session(engine) as db, db.begin():
        work(db)  # type: ignore[operator]
    engine.dispose()


def test_a_lost_owner_is_helped_on_the_host(
    sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(config(tmp_path, sqlite_url))
    in_one(sqlite_url, everyone)
    assert main(["admin", "grant", "--config", path, str(OTTO), "owner"]) == 0
    assert main(["admin", "list", "--config", path]) == 0
    assert f"{OTTO}  'Otto'  owner" in capsys.readouterr().out
    in_one(sqlite_url, lambda db: check_role(db, Role.OWNER))
    assert main(["admin", "revoke", "--config", path, str(OTTO)]) == 0
    in_one(sqlite_url, lambda db: check_role(db, Role.USER))
    assert main(["admin", "grant", "--config", path, "999", "admin"]) == 2
    assert "They have to write to the bot first" in capsys.readouterr().err


def check_role(db: Session, role: Role) -> None:
    assert roles.role_of(db, OTTO, SETUP) is role
    assert db.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc())).first() in ("host.grant", "host.revoke")
