"""As many users as are asked for, written by the database itself."""

from __future__ import annotations

from sqlalchemy import text

from bot.services import engines

_COUNTING = {
    "sqlite": "WITH RECURSIVE people(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM people WHERE n < {last})",
    "postgresql": "WITH people(n) AS (SELECT generate_series({first}, {last}))",
}
_CROWD = (
    "INSERT INTO users (id, first_name, search, joined_at, last_seen_at, last_message)"
    " {counting} SELECT n, 'Person', 'person', '2026-11-01 09:00:00', '2026-11-01 09:00:00', 0 FROM people"
)


def fill(url: str, first: int, last: int) -> None:
    """Users with all ids from `first` to `last`, in a database that is migrated if it has to be."""
    engine = engines.prepare(url, threads=1)
    with engine.begin() as db:
        counting = _COUNTING[engine.dialect.name].format(first=first, last=last)
        db.execute(text(_CROWD.format(counting=counting)))
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            db.execute(text("VACUUM (ANALYZE) users"))
    engine.dispose()
