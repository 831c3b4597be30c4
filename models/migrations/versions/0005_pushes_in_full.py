"""Audiences, times and confirmations of pushes in full; a ledger that is written without looking others up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.base import AutoId, Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_LEDGER = "run_id, user_id, push_id, state, reason, tries, ended_at"
_PARTIAL = {
    "got": (["push_id", "user_id"], "state IN ('sent', 'unsure')"),
    "failed": (["push_id", "user_id"], "state = 'failed'"),
    "begun": (["run_id", "user_id"], "state = 'begun'"),
}


def upgrade() -> None:
    """Widen the tables, let go of the checks of the ledger."""
    op.add_column("pushes", sa.Column("rule", sa.String(), nullable=True))
    op.add_column("pushes", _switch("talking"))
    op.add_column("push_groups", _switch("minus"))
    for column in (
        sa.Column("clock", sa.String(), server_default="bot", nullable=False),
        sa.Column("repeat", sa.String(), nullable=True),
        _switch("paid"),
        sa.Column("expected", sa.BigInteger(), nullable=True),
        sa.Column("approved_by", sa.BigInteger(), nullable=True),
    ):
        op.add_column("push_runs", column)
    _members()
    _halts()
    if op.get_bind().dialect.name == "sqlite":
        _ledger_anew()
    else:
        op.drop_index("ix_deliveries_user", "deliveries")
        for name in ("run_id", "user_id"):
            op.drop_constraint(f"fk_deliveries_{name}", "deliveries", type_="foreignkey")


def _switch(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)


def _members() -> None:
    op.create_table(
        "push_members",
        sa.Column("push_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["push_id"], ["pushes.id"], name="fk_push_members_push_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_push_members_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("push_id", "user_id", name="pk_push_members"),
    )
    op.create_index("ix_push_members_user", "push_members", ["user_id"])


def _halts() -> None:
    op.create_table(
        "push_halts",
        sa.Column("id", AutoId, nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.Column("until", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_push_halts"),
    )
    still = sa.text("until IS NULL")
    op.create_index("ix_push_halts_open", "push_halts", ["since"], postgresql_where=still, sqlite_where=still)


def _ledger_anew(*checks: sa.ForeignKeyConstraint) -> None:
    """SQLite cannot drop a check: the rows move to a table with these ones."""
    op.rename_table("deliveries", "deliveries_before")
    op.create_table(
        "deliveries",
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("run_id", "user_id", "push_id")),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("tries", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        *checks,
        sa.PrimaryKeyConstraint("run_id", "user_id", name="pk_deliveries"),
        sqlite_with_rowid=False,
    )
    op.execute(f"INSERT INTO deliveries ({_LEDGER}) SELECT {_LEDGER} FROM deliveries_before")
    op.drop_table("deliveries_before")
    for name, (columns, where) in _PARTIAL.items():
        op.create_index(f"ix_deliveries_{name}", "deliveries", columns, sqlite_where=sa.text(where))


def _checks() -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [target], name=f"fk_deliveries_{name}", ondelete="CASCADE")
        for name, target in (("run_id", "push_runs.id"), ("user_id", "users.id"))
    ]


def downgrade() -> None:
    """Let the database check the ledger again, and forget what is new."""
    if op.get_bind().dialect.name == "sqlite":
        _ledger_anew(*_checks())
    else:
        for name, target in (("run_id", "push_runs"), ("user_id", "users")):
            op.create_foreign_key(f"fk_deliveries_{name}", "deliveries", target, [name], ["id"], ondelete="CASCADE")
    op.create_index("ix_deliveries_user", "deliveries", ["user_id"])
    op.drop_table("push_halts")
    op.drop_table("push_members")
    for column in ("approved_by", "expected", "paid", "repeat", "clock"):
        op.drop_column("push_runs", column)
    op.drop_column("push_groups", "minus")
    op.drop_column("pushes", "talking")
    op.drop_column("pushes", "rule")
