"""Calls to other servers, albums that people send, and the language somebody chose."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.base import AutoId, Json, Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the columns."""
    op.create_table(
        "calls",
        sa.Column("id", AutoId, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("call", Json, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_calls_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
    )
    op.create_index("ix_calls_due", "calls", ["due_at", "id"])
    op.create_index("ix_calls_user", "calls", ["user_id", "id"])
    op.add_column("places", sa.Column("album", sa.String(), nullable=True))
    op.add_column("places", sa.Column("collects", sa.String(), nullable=True))
    op.add_column("users", sa.Column("language_chosen_at", Moment(), nullable=True))


def downgrade() -> None:
    """Forget what waits and what was chosen."""
    op.drop_column("users", "language_chosen_at")
    op.drop_column("places", "collects")
    op.drop_column("places", "album")
    op.drop_table("calls")
