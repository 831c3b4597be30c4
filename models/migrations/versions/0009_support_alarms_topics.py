"""Alarms of people who wait, the end of being away, and requests as topics of a staff group."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from models.base import Moment

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "alarms",
        _number("user_id"),
        _text("kind", nullable=False),
        _moment("since", nullable=False),
        _number("stage"),
        _moment("at", nullable=False),
        _of("alarms", "user_id", "users"),
        sa.PrimaryKeyConstraint("user_id", "kind", name="pk_alarms"),
    )
    _topics()
    op.create_table(
        "desk_posts",
        *(_number(name) for name in ("chat_id", "telegram_id", "user_id", "number")),
        _of("desk_posts", "user_id", "users"),
        sa.PrimaryKeyConstraint("chat_id", "telegram_id", name="pk_desk_posts"),
    )
    op.create_index("ix_desk_posts_line", "desk_posts", ["user_id", "number"])
    op.create_table(
        "staff_groups",
        _number("chat_id"),
        _moment("lost_at"),
        _text("reason"),
        sa.PrimaryKeyConstraint("chat_id", name="pk_staff_groups"),
    )
    op.add_column("users", _moment("off_duty_until"))
    away = sa.text("off_duty_until IS NOT NULL")
    op.create_index("ix_users_off_duty_until", "users", ["off_duty_until"], postgresql_where=away, sqlite_where=away)


def _topics() -> None:
    op.create_table(
        "desk_topics",
        *(_number(name) for name in ("request_id", "user_id", "chat_id")),
        *(_number(name, nullable=True) for name in ("thread_id", "card_id")),
        _number("posted", server_default=sa.text("0")),
        _text("shown"),
        _number("remade", server_default=sa.text("0")),
        *(_moment(name) for name in ("remade_at", "served_at", "settled_at")),
        _text("failed"),
        _of("desk_topics", "request_id", "requests"),
        _of("desk_topics", "user_id", "users"),
        sa.PrimaryKeyConstraint("request_id", name="pk_desk_topics"),
    )
    op.create_index("ix_desk_topics_thread", "desk_topics", ["chat_id", "thread_id"])
    op.create_index("ix_desk_topics_user", "desk_topics", ["user_id"])
    open_ones = sa.text("settled_at IS NULL")
    op.create_index(
        "ix_desk_topics_open", "desk_topics", ["served_at"], postgresql_where=open_ones, sqlite_where=open_ones
    )


def _number(name: str, *, nullable: bool = False, **more: Any) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable, autoincrement=False, **more)


def _text(name: str, *, nullable: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _moment(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, Moment(), nullable=nullable)


def _of(table: str, column: str, whose: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{whose}.id"], name=f"fk_{table}_{column}", ondelete="CASCADE")


def downgrade() -> None:
    """Forget the topics, who is back when, and what staff were told."""
    op.drop_index("ix_users_off_duty_until", "users")
    op.drop_column("users", "off_duty_until")
    for table in ("staff_groups", "desk_posts", "desk_topics", "alarms"):
        op.drop_table(table)
