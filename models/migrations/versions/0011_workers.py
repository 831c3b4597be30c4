"""Several workers on one database, and whose each update is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.base import AutoId, Moment

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the column."""
    op.create_table(
        "workers",
        sa.Column("id", AutoId, nullable=False),
        sa.Column("beat_at", Moment(), nullable=False),
        sa.Column("leads", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workers"),
    )
    op.add_column("inbox", sa.Column("worker", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """One process again."""
    op.drop_column("inbox", "worker")
    op.drop_table("workers")
