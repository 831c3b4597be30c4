"""Open updates are found by whose turn they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('new', 'acted')")


def upgrade() -> None:
    """A worker asks for each update it stores whether another one has the person's last."""
    _over("lane", "update_id")


def downgrade() -> None:
    """By their id alone."""
    _over("update_id")


def _over(*columns: str) -> None:
    op.drop_index("ix_inbox_open", table_name="inbox")
    op.create_index("ix_inbox_open", "inbox", columns, postgresql_where=OPEN, sqlite_where=OPEN)
