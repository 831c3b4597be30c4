"""What pushes say beside blocks, topics, clicks, and what is done with messages that were sent."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from models.base import AutoId, Json, Moment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and the columns."""
    for column in (_number("content_id"), _count("revision", 1), _text("topic"), _options()):
        op.add_column("pushes", column)
    for column in (_number("previewed_by"), _number("previewed_number")):
        op.add_column("pushes", column)
    for column in (_number("content_id"), _number("revision"), _text("topic"), _options()):
        op.add_column("push_runs", column)
    op.add_column("exports", _number("run_id"))
    _contents()
    _topics_and_clicks()
    _sweeps()


def _contents() -> None:
    op.create_table(
        "push_contents",
        sa.Column("id", AutoId, nullable=False),
        _number("push_id", nullable=False),
        sa.Column("versions", Json, nullable=False),
        _number("bot_id", nullable=False),
        _number("created_by"),
        sa.Column("created_at", Moment(), nullable=False),
        _of("push_contents", "push_id", "pushes"),
        sa.PrimaryKeyConstraint("id", name="pk_push_contents"),
    )
    op.create_index("ix_push_contents_push", "push_contents", ["push_id"])


def _topics_and_clicks() -> None:
    op.create_table(
        "topics_left",
        _number("user_id", nullable=False),
        _text("topic", nullable=False),
        sa.Column("left_at", Moment(), nullable=False),
        _of("topics_left", "user_id", "users"),
        sa.PrimaryKeyConstraint("user_id", "topic", name="pk_topics_left"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_topics_left_topic", "topics_left", ["topic", "user_id"])
    op.create_table(
        "push_clicks",
        _number("run_id", nullable=False),
        _text("button", nullable=False),
        _number("user_id", nullable=False),
        sa.Column("pressed_at", Moment(), nullable=False),
        _of("push_clicks", "run_id", "push_runs"),
        _of("push_clicks", "user_id", "users"),
        sa.PrimaryKeyConstraint("run_id", "button", "user_id", name="pk_push_clicks"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_push_clicks_user", "push_clicks", ["user_id"])


def _sweeps() -> None:
    op.create_table(
        "push_sweeps",
        sa.Column("id", AutoId, nullable=False),
        _number("run_id", nullable=False),
        _text("kind", nullable=False),
        _number("content_id"),
        _text("state", nullable=False),
        _count("reached_to", 0),
        _number("total", nullable=False),
        *(_count(name, 0) for name in ("changed", "failed")),
        _text("reason"),
        _number("created_by"),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        _of("push_sweeps", "run_id", "push_runs"),
        sa.PrimaryKeyConstraint("id", name="pk_push_sweeps"),
    )
    op.create_index("ix_push_sweeps_run", "push_sweeps", ["run_id", "id"])
    going = sa.text("state = 'going'")
    op.create_index(
        "uq_push_sweeps_going", "push_sweeps", ["run_id"], unique=True, postgresql_where=going, sqlite_where=going
    )


def _number(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _count(name: str, default: int) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), server_default=sa.text(str(default)), nullable=False)


def _text(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _options() -> sa.Column[Any]:
    return sa.Column("options", sa.String(), server_default="", nullable=False)


def _of(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{parent}.id"], name=f"fk_{table}_{column}", ondelete="CASCADE")


def downgrade() -> None:
    """Forget all of it."""
    for table in ("push_sweeps", "push_clicks", "topics_left", "push_contents"):
        op.drop_table(table)
    op.drop_column("exports", "run_id")
    for column in ("options", "topic", "revision", "content_id"):
        op.drop_column("push_runs", column)
    for column in ("previewed_number", "previewed_by", "options", "topic", "revision", "content_id"):
        op.drop_column("pushes", column)
