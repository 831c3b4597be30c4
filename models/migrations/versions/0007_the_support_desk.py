"""The support desk in full: handing over, waiting, ratings, copies of messages, canned answers, muting and banning."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from models.base import AutoId, Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_COLUMNS: dict[str, dict[str, Any]] = {
    "requests": {
        "handed_by": sa.BigInteger(),
        "waits_since": Moment(),
        "closed_why": sa.String(),
        "rating": sa.BigInteger(),
        "rating_comment": sa.String(),
        "rated_at": Moment(),
    },
    "messages": {"source_chat": sa.BigInteger(), "source_id": sa.BigInteger()},
    "users": {
        "muted_at": Moment(),
        "banned_at": Moment(),
        "restricted_by": sa.BigInteger(),
        "restricted_until": Moment(),
    },
}
_INDEXES = {
    "ix_messages_source": ("messages", ["source_chat", "source_id"], "source_chat IS NOT NULL"),
    "ix_users_muted": ("users", ["muted_at"], "muted_at IS NOT NULL"),
    "ix_users_banned": ("users", ["banned_at"], "banned_at IS NOT NULL"),
    "ix_users_restricted": ("users", ["restricted_until"], "restricted_until IS NOT NULL"),
}


def upgrade() -> None:
    """Make the columns and the table. Whoever waits for an answer now has waited since they asked."""
    for table, columns in _COLUMNS.items():
        for name, kind in columns.items():
            op.add_column(table, sa.Column(name, kind, nullable=True))
    op.add_column("requests", sa.Column("reopened", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    op.execute("UPDATE requests SET waits_since = opened_at WHERE closed_at IS NULL AND answered_at IS NULL")
    op.execute(
        "UPDATE requests SET closed_why = CASE WHEN closed_by IS NULL THEN 'nobody' ELSE 'staff' END"
        " WHERE closed_at IS NOT NULL"
    )
    for name, (table, keys, where) in _INDEXES.items():
        op.create_index(name, table, keys, postgresql_where=sa.text(where), sqlite_where=sa.text(where))
    op.create_table(
        "canned_answers",
        sa.Column("id", AutoId, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_canned_answers"),
        sa.UniqueConstraint("name", name="uq_canned_answers_name"),
    )


def downgrade() -> None:
    """Forget all that."""
    op.drop_table("canned_answers")
    for name, (table, _, _) in _INDEXES.items():
        op.drop_index(name, table)
    op.drop_column("requests", "reopened")
    for table, columns in _COLUMNS.items():
        for name in columns:
            op.drop_column(table, name)
