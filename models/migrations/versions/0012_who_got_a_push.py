"""Who got a push is read from the index alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

#: Indexes of deliveries, and the rows that each is over.
INDEXES = {"ix_deliveries_got": "state IN ('sent', 'unsure')", "ix_deliveries_failed": "state = 'failed'"}


def upgrade() -> None:
    """Put the state into the indexes."""
    _over("push_id", "user_id", "state")


def downgrade() -> None:
    """Look it up in the row."""
    _over("push_id", "user_id")


def _over(*columns: str) -> None:
    for name, where in INDEXES.items():
        op.drop_index(name, table_name="deliveries")
        condition = sa.text(where)
        op.create_index(name, "deliveries", columns, postgresql_where=condition, sqlite_where=condition)
