"""Settings, invitations, digests, who is on duty, and the chain of the audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.base import AutoId, Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_CHAIN = ("salt", "digest", "chain")


def upgrade() -> None:
    """Make the tables and columns."""
    op.create_table(
        "settings",
        _text("key"),
        _text("value"),
        _person("changed_by", nullable=True),
        _moment("changed_at"),
        sa.PrimaryKeyConstraint("key", name="pk_settings"),
    )
    op.create_table(
        "invitations",
        sa.Column("id", AutoId, nullable=False),
        _text("digest"),
        _text("role"),
        _person("created_by"),
        _moment("created_at"),
        _moment("expires_at"),
        _person("used_by", nullable=True),
        _moment("used_at", nullable=True),
        _moment("withdrawn_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("digest", name="uq_invitations_digest"),
    )
    op.create_table(
        "digests",
        _person("user_id"),
        _text("every"),
        _moment("due_at"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_digests_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name="pk_digests"),
    )
    op.add_column("users", _moment("off_duty_since", nullable=True))
    for name in _CHAIN:
        op.add_column("audit", sa.Column(name, sa.String(), nullable=True))


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _person(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, Moment(), nullable=nullable)


def downgrade() -> None:
    """Forget what was set, who was invited, and the chain."""
    for name in _CHAIN:
        op.drop_column("audit", name)
    op.drop_column("users", "off_duty_since")
    for table in ("digests", "invitations", "settings"):
        op.drop_table(table)
