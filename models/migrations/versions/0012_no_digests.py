"""Digests go: nothing ever wrote one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.base import Moment

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop the table; it is empty."""
    op.drop_table("digests")


def downgrade() -> None:
    """Make it again, empty as it was."""
    op.create_table(
        "digests",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("every", sa.String(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_digests_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name="pk_digests"),
    )
