"""A migration that does not come to its end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, inspect

from bot.services import engines
from tests import postgres


class PulledPlug(Exception):
    """What ends the migration in its middle."""


@pytest.mark.parametrize("name", ["sqlite", "postgresql"])
def test_r64_a_migration_that_breaks_off_has_changed_nothing_and_the_next_start_goes_on(
    name: str, postgres_server: postgres.Server, tmp_path: Path
) -> None:
    url = postgres_server.create() if name == "postgresql" else f"sqlite:///{tmp_path / 'new.sqlite3'}"
    engine = engines.connect(url)
    with pytest.raises(PulledPlug):
        breaks_off(engine, "UPDATE alembic_version")
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    again = engines.connect(url)
    engines.upgrade(again)
    with again.connect() as connection:
        assert engines.revision(connection) == engines.newest()
    again.dispose()
    if name == "postgresql":
        postgres_server.drop(url)


def breaks_off(engine: Engine, at: str) -> None:
    """Migrate until the second statement that begins so."""
    seen: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def pull(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        seen.append(statement)
        if statement.startswith(at) and sum(one.startswith(at) for one in seen) == 2:
            raise PulledPlug

    engines.upgrade(engine)
