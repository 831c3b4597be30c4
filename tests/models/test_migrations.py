"""The migrations lead from nothing to the tables, and back."""

from __future__ import annotations

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect

from bot.services import engines
from models import Base


def migrate(connection: Connection, to: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(engines.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    if to == "base":
        command.downgrade(config, to)
    else:
        command.upgrade(config, to)


def test_the_migrated_schema_is_what_the_models_say(url: str) -> None:
    engine = engines.connect(url)
    with engine.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


def test_every_migration_goes_down_and_up_again(url: str) -> None:
    engine = engines.connect(url)
    with engine.begin() as connection:
        tables = set(inspect(connection).get_table_names())
        migrate(connection, "base")
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}
        migrate(connection, "head")
        assert set(inspect(connection).get_table_names()) == tables
    engine.dispose()
