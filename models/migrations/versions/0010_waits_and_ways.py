"""Waits as rows of their own, and the blocks that each turn led through."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.base import Moment

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and move the waits of the places into it."""
    op.create_table(
        "waits",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("block", sa.String(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("keep", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_waits_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "block", name="pk_waits"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_waits_due", "waits", ["due_at"])
    op.execute(
        "INSERT INTO waits (user_id, block, due_at, keep) SELECT user_id, wake_block, wake_at, false"
        " FROM places WHERE wake_at IS NOT NULL AND wake_block IS NOT NULL"
    )
    op.drop_index("ix_places_wake", "places")
    op.drop_column("places", "wake_at")
    op.drop_column("places", "wake_block")
    op.add_column("messages", sa.Column("way", sa.String(), nullable=True))


def downgrade() -> None:
    """Keep the first wait of each person."""
    op.drop_column("messages", "way")
    op.add_column("places", sa.Column("wake_at", Moment(), nullable=True))
    op.add_column("places", sa.Column("wake_block", sa.String(), nullable=True))
    first = "(SELECT {} FROM waits WHERE waits.user_id = places.user_id ORDER BY due_at LIMIT 1)"
    op.execute(f"UPDATE places SET wake_at = {first.format('due_at')}, wake_block = {first.format('block')}")
    where = sa.text("wake_at IS NOT NULL")
    op.create_index("ix_places_wake", "places", ["wake_at"], postgresql_where=where, sqlite_where=where)
    op.drop_table("waits")
