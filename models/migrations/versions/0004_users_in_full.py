"""Farewells, messages planned for one person, exports, and the columns of the list of users."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from models.base import AutoId, Json, Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _make("farewells", _of_user(), _asked_by(), _moment("asked_at"), key="user_id")
    op.create_table(
        "tombstones",
        sa.Column("digest", sa.String(), nullable=False),
        _moment("forgotten_at"),
        sa.PrimaryKeyConstraint("digest", name="pk_tombstones"),
    )
    content = sa.Column("content", Json, nullable=False)
    author = sa.Column("author_id", sa.BigInteger(), nullable=True)
    _make("planned_messages", _id(), _of_user(), content, author, _moment("due_at"), key="id")
    op.create_index("ix_planned_messages_due", "planned_messages", ["due_at", "id"])
    op.create_index("ix_planned_messages_user", "planned_messages", ["user_id", "id"])
    texts = [sa.Column(name, sa.String(), nullable=False) for name in ("rule", "kind", "sort")]
    _make("exports", _id(), _of_user(), *texts, _moment("asked_at"), key="id")
    op.create_index("ix_requests_user", "requests", ["user_id", "id"])
    _make("list_columns", _of_user(), sa.Column("fields", Json, nullable=False), key="user_id")


def _make(table: str, *columns: sa.Column[Any], key: str) -> None:
    op.create_table(
        table,
        *columns,
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{table}_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint(key, name=f"pk_{table}"),
    )


def _id() -> sa.Column[Any]:
    return sa.Column("id", AutoId, nullable=False)


def _of_user() -> sa.Column[Any]:
    return sa.Column("user_id", sa.BigInteger(), nullable=False)


def _asked_by() -> sa.Column[Any]:
    return sa.Column("asked_by", sa.BigInteger(), nullable=True)


def _moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, Moment(), nullable=False)


def downgrade() -> None:
    """Forget what was asked for and planned, and who was forgotten."""
    op.drop_index("ix_requests_user", "requests")
    for table in ("list_columns", "exports", "planned_messages", "tombstones", "farewells"):
        op.drop_table(table)
