"""The desk: 200 open requests, 50 messages a second from visitors and staff; against a relay that stores nothing.

What counts is how long a message takes to the other side, and that none is lost. No limit on sending is set, so all of
it is our own time. Once in the private chats of staff, and once in the topics of a staff group, which staff share.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import insert
from sqlalchemy.orm import Session

from benchmarks.frontdesk import Frontdesk
from benchmarks.process import Program
from benchmarks.support_scene import FIRST_STAFF, FIRST_VISITOR
from benchmarks.telegram import Telegram
from bot.services import engines
from models import Request, User
from tests import postgres

VISITORS, STAFF, RATE, COUNT = 200, 10, 50, 1500
#: Milliseconds that the median may take.
TARGET = 150


@dataclass(frozen=True, slots=True)
class Relayed:
    """One program: milliseconds to the other side (median, 95th percentile), messages lost and sent twice."""

    median: float
    slow: float
    lost: int
    repeated: int


def measure() -> str:
    """All three by turns; returns the table."""
    bare = _bare()
    found = {"frontdesk, SQLite": _ours(None), "the same, in topics": _ours(None, topics=True)}
    server = postgres.start(*postgres.DURABLE)
    try:
        found["frontdesk, PostgreSQL"] = _ours(server.create())
        found["PostgreSQL, in topics"] = _ours(server.create(), topics=True)
    finally:
        server.stop()
    head = f"Support: {VISITORS} open requests, {RATE} messages a second (median at most {TARGET} ms)"
    columns = f"  {'':34}{'median ms':>12}{'95 % ms':>10}{'lost':>6}{'twice':>7}{'ratio':>9}"
    rows = [_row("bare relay, nothing stored", bare, bare)]
    return "\n".join([head, columns, *rows, *(_row(name, one, bare) for name, one in found.items())])


def _row(name: str, one: Relayed, bare: Relayed) -> str:
    ratio = one.median / bare.median
    return f"  {name:34}{one.median:>12.1f}{one.slow:>10.1f}{one.lost:>6}{one.repeated:>7}{ratio:>8.2f}x"


def _bare() -> Relayed:
    with TemporaryDirectory() as name, Telegram() as telegram:
        telegram.ask("desk", visitors=VISITORS, staff=STAFF)
        arguments = ("relay", telegram.url, telegram.token, str(FIRST_STAFF), str(STAFF), str(FIRST_VISITOR))
        with Program("benchmarks.bare", *arguments, folder=Path(name)):
            return _play(telegram)


def _ours(database: str | None, *, topics: bool = False) -> Relayed:
    with TemporaryDirectory() as name, Telegram() as telegram:
        desk = telegram.ask("desk", visitors=VISITORS, staff=STAFF, topics=topics)
        group = f"[support]\ngroup_id = {desk['group']}\n" if topics else ""
        frontdesk = Frontdesk(Path(name), telegram, database=database, more=group)
        _open_requests(frontdesk.database)
        with frontdesk:
            return _play(telegram)


def _play(telegram: Telegram) -> Relayed:
    """A short run to warm up, then the measured one."""
    telegram.ask("play", visitors=VISITORS, staff=STAFF, rate=RATE, count=200)
    found = telegram.ask("play", visitors=VISITORS, staff=STAFF, rate=RATE, count=COUNT)
    return Relayed(found["median"] * 1000, found["slow"] * 1000, found["lost"], found["repeated"])


def _open_requests(url: str) -> None:
    """Everybody has asked, and each request is taken by the member of staff whose turn it is."""
    now = datetime.now(UTC)
    staff = [_person(FIRST_STAFF + one, now) | {"support_since": now} for one in range(STAFF)]
    people = [_person(FIRST_VISITOR + one, now) | {"bot_off_since": now} for one in range(VISITORS)]
    requests = [
        {
            "user_id": FIRST_VISITOR + one,
            "token": f"token-{one:020}",
            "text": "A question",
            "opened_at": now,
            "taken_by": FIRST_STAFF + one % STAFF,
            "taken_at": now,
        }
        for one in range(VISITORS)
    ]
    engine = engines.prepare(url, threads=1)
    with Session(engine) as db, db.begin():
        db.execute(insert(User), staff)
        db.execute(insert(User), people)
        db.execute(insert(Request), requests)
    engine.dispose()


def _person(user_id: int, now: datetime) -> dict[str, object]:
    return {"id": user_id, "first_name": f"Person {user_id}", "joined_at": now, "last_seen_at": now}
