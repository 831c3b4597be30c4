"""Lists, counts and cards among 100,000 and 1,000,000 users, on both databases; against the naive forms.

It needs 4 GB of disk and a quarter of an hour, most of it to fill the databases: FRONTDESK_BENCH_DATA names a folder in
which they stay. What can stay above its target, and why:

- A text that nobody has inside of a value is found missing only by reading all values of that variable, once, unless
  the variable has few different values.
- That nobody lacks a variable is known only by counting both sides.
- A capped count of several frequent conditions that few people fulfil together meets them with each other in full.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session

from benchmarks.users_crowd import FIRST_ID, NOW
from benchmarks.users_filters import FILTERS, ONE, THREE
from benchmarks.users_naive import FORMS, count_documents, page_by_exists, page_of_documents
from benchmarks.users_store import fill
from benchmarks.users_table import Times, against, slowest, table
from bot.rules import Rule
from bot.services import audience, engines, users
from bot.services.audience_order import Key
from tests import postgres
from tests.memory import own_megabytes

SMALL, LARGE = 100_000, 1_000_000
#: People on the pages before the far one; where a list is shorter, its last page is the far one.
_BEFORE = 999 * 8
_CARDS = 100
#: A server on a small machine.
_SETTINGS = (
    "shared_buffers=1GB",
    "effective_cache_size=4GB",
    "work_mem=64MB",
    "maintenance_work_mem=512MB",
    "max_wal_size=4GB",
    "random_page_cost=1.1",
)


def measure(repeats: int = 3) -> str:
    """Fill four databases, ask each of them; returns the tables.

    With a folder in FRONTDESK_BENCH_DATA the databases stay there, and are asked again the next time.
    """
    if kept := os.environ.get("FRONTDESK_BENCH_DATA"):
        return _measure(Path(kept), repeats)
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        return _measure(Path(folder), repeats)


def _measure(folder: Path, repeats: int) -> str:
    server = postgres.start(*_SETTINGS, keep=folder / "postgres")
    try:
        new = {
            "SQLite": lambda people: f"sqlite:///{folder / str(people)}.sqlite3",
            "PostgreSQL": lambda _: server.create(),
        }
        places = {
            name: [_filled(folder, name, people, make) for people in (SMALL, LARGE)] for name, make in new.items()
        }
        return "\n\n".join(report(name, *urls, repeats=repeats) for name, urls in places.items())
    finally:
        server.stop()


def _filled(folder: Path, name: str, people: int, new: Callable[[int], str]) -> str:
    """The url of a database with so many people: one that is noted in the folder, or a new one."""
    note = folder / f"{name}-{people}.url"
    if not note.exists():
        fill(url := new(people), people)
        note.write_text(url)
    url = note.read_text()
    engines.prepare(url, threads=1).dispose()
    return url


def report(name: str, small: str, large: str, *, repeats: int = 3) -> str:
    """The table of one database, asked with few people in it and with many by turns."""
    times = (Times(), Times())
    with _reading(small) as few, _reading(large) as many:
        before = 0.0
        for words in FILTERS:
            for _ in range(repeats):
                for db, noted in zip((few, many), times, strict=True):
                    _ask(db, words, noted)
            before = before or own_megabytes()
        for db, people, noted in zip((few, many), (SMALL, LARGE), times, strict=True):
            _open_cards(db, people, noted)
        memory = f"  memory of its own: {before:.0f} MB after the first filter, {own_megabytes():.0f} MB after the last"
        _ask_naively(many, times[1])
    title = f"{name}, {LARGE:,} users, {len(FILTERS)} filters (medians of {repeats}; growth from {SMALL:,} users)"
    return "\n".join(
        [
            table(title, *times),
            slowest(times[1], ("first page", "page 1,000"), above=100),
            memory,
            against(times[1], _PAIRS),
        ]
    )


#: Naive forms, and what they are held against.
_PAIRS = (
    ("first page, EXISTS", "first page"),
    ("page 1,000, EXISTS and offset", "page 1,000"),
    ("first page, JSON", "first page"),
    ("exact count, JSON", "exact count"),
)


def _ask(db: Session, words: str, times: Times) -> None:
    rule = audience.read(db, words)
    far = _far(db, rule)
    times.note("first page", words, audience.page, db, rule, now=NOW)
    times.note("page 1,000", words, audience.page, db, rule, now=NOW, after=far)
    times.note("capped count", words, audience.count, db, rule, now=NOW)
    times.note("first page and its number", words, _screen, db, rule)
    kinds = {"exact count of one condition": ONE, "exact count of three": THREE, "exact count": FORMS}
    for kind, filters in kinds.items():
        if words in filters:
            times.note(kind, words, audience.count, db, rule, now=NOW, cap=None)


def _screen(db: Session, rule: Rule) -> None:
    """What `/users` shows."""
    asked = audience.Asked(db, rule, now=NOW)
    asked.count()
    asked.page()


def _far(db: Session, rule: Rule) -> Key | None:
    """The place before the 1,000th page, or before the last one."""
    found = audience.page(db, rule, now=NOW, size=_BEFORE)
    if found.next is None and len(found.ids) > 8:
        found = audience.page(db, rule, now=NOW, size=(len(found.ids) - 1) // 8 * 8)
    return found.next


def _open_cards(db: Session, people: int, times: Times) -> None:
    for number in range(_CARDS):
        user_id = FIRST_ID + number * (people // _CARDS)
        times.note("card", f"user {user_id}", users.card, db, user_id)


def _ask_naively(db: Session, times: Times) -> None:
    for words in FORMS:
        times.note("first page, EXISTS", words, page_by_exists, db, words, 0)
        times.note("page 1,000, EXISTS and offset", words, page_by_exists, db, words, 999)
        times.note("first page, JSON", words, page_of_documents, db, words)
        times.note("exact count, JSON", words, count_documents, db, words)


@contextmanager
def _reading(url: str) -> Iterator[Session]:
    engine = engines.connect(url, read_only=True)
    with Session(engine) as db, db.begin():
        yield db
    engine.dispose()
