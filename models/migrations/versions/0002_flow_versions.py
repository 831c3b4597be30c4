"""Versions of the flow."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.base import AutoId, Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, with one row at most for each number."""
    op.create_table(
        "flow_versions",
        sa.Column("id", AutoId, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("blocks", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("activated_at", Moment(), nullable=True),
        sa.Column("activated_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_flow_versions"),
    )
    numbered = sa.text("number IS NOT NULL")
    op.create_index(
        "uq_flow_versions_number",
        "flow_versions",
        ["number"],
        unique=True,
        postgresql_where=numbered,
        sqlite_where=numbered,
    )


def downgrade() -> None:
    """Forget all versions; the flow on disk is used again."""
    op.drop_table("flow_versions")
