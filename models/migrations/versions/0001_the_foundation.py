"""The foundation."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from models.base import AutoId, Json, Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


TABLES = (
    "audit",
    "filters",
    "groups",
    "inbox",
    "pushes",
    "uploads",
    "users",
    "variables",
    "drafts",
    "group_rules",
    "messages",
    "places",
    "push_groups",
    "push_runs",
    "requests",
    "user_tags",
    "user_variables",
    "deliveries",
    "push_selections",
)

#: Texts of a person that have a folded twin.
FOLDED = ("first_name", "last_name", "username", "language", "phone", "email", "source")


def upgrade() -> None:
    """Make all tables, those that others point to first."""
    _audit()
    _filters()
    _groups()
    _inbox()
    _pushes()
    _uploads()
    _users()
    _variables()
    _drafts()
    _group_rules()
    _messages()
    _places()
    _push_groups()
    _push_runs()
    _requests()
    _user_tags()
    _user_variables()
    _deliveries()
    _push_selections()


def downgrade() -> None:
    """Drop them, the other way round."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _where(sql: str) -> dict[str, Any]:
    """A partial index, the same on both databases."""
    return {"postgresql_where": sa.text(sql), "sqlite_where": sa.text(sql)}


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", AutoId, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=True),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=True),
        sa.Column("refused", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_actor", "audit", ["actor_id", "id"])
    op.create_index("ix_audit_target", "audit", ["target", "id"])


def _filters() -> None:
    op.create_table(
        "filters",
        sa.Column("id", AutoId, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_filters"),
        sa.UniqueConstraint("text", name="uq_filters_text"),
    )


def _groups() -> None:
    op.create_table(
        "groups",
        sa.Column("id", AutoId, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("matching", sa.String(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_groups"),
        sa.UniqueConstraint("folded", name="uq_groups_folded"),
    )


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lane", sa.BigInteger(), nullable=False),
        sa.Column("raw", sa.String(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("state", sa.String(), server_default="new", nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("follow_up", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("done_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("update_id", name="pk_inbox"),
    )
    op.create_index("ix_inbox_done", "inbox", ["done_at"], **_where("done_at IS NOT NULL"))
    op.create_index("ix_inbox_open", "inbox", ["update_id"], **_where("state IN ('new', 'acted')"))


def _pushes() -> None:
    op.create_table(
        "pushes",
        sa.Column("id", AutoId, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("start", sa.String(), nullable=True),
        sa.Column("everyone", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_pushes"),
    )
    op.create_index("uq_pushes_title", "pushes", ["folded"], unique=True, **_where("deleted_at IS NULL"))


def _uploads() -> None:
    op.create_table(
        "uploads",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("file_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "digest", "kind", name="pk_uploads"),
    )


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.Column("last_name", sa.String(), nullable=True),
        sa.Column("username", sa.String(), nullable=True),
        sa.Column("search", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        *(sa.Column(f"{name}_folded", sa.String(), nullable=True) for name in FOLDED),
        sa.Column("joined_at", Moment(), nullable=False),
        sa.Column("last_seen_at", Moment(), nullable=False),
        sa.Column("bot_off_since", Moment(), nullable=True),
        sa.Column("bot_off_by", sa.BigInteger(), nullable=True),
        sa.Column("blocked_at", Moment(), nullable=True),
        sa.Column("gone_at", Moment(), nullable=True),
        sa.Column("unsubscribed_at", Moment(), nullable=True),
        sa.Column("support_since", Moment(), nullable=True),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("last_message", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
    )
    op.create_index("ix_users_blocked", "users", ["blocked_at"], **_where("blocked_at IS NOT NULL"))
    op.create_index("ix_users_bot_off", "users", ["bot_off_since"], **_where("bot_off_since IS NOT NULL"))
    op.create_index("ix_users_gone", "users", ["gone_at"], **_where("gone_at IS NOT NULL"))
    op.create_index("ix_users_joined", "users", ["joined_at", "id"])
    op.create_index("ix_users_last_seen", "users", ["last_seen_at", "id"])
    op.create_index("ix_users_phone", "users", ["phone"], **_where("phone IS NOT NULL"))
    op.create_index("ix_users_role", "users", ["role"], **_where("role IS NOT NULL"))
    op.create_index("ix_users_search", "users", ["search", "id"])
    op.create_index("ix_users_support", "users", ["support_since"], **_where("support_since IS NOT NULL"))
    op.create_index("ix_users_unsubscribed", "users", ["unsubscribed_at"], **_where("unsubscribed_at IS NOT NULL"))
    op.create_index("ix_users_username", "users", ["username"], **_where("username IS NOT NULL"))
    for name in FOLDED:
        twin = f"{name}_folded"
        op.create_index(f"ix_users_{twin}", "users", [twin, "id"], **_where(f"{twin} IS NOT NULL"))


def _variables() -> None:
    op.create_table(
        "variables",
        sa.Column("id", AutoId, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_variables"),
        sa.UniqueConstraint("name", name="uq_variables_name"),
    )


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("expects", sa.String(), nullable=False),
        sa.Column("data", Json, nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_drafts_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name="pk_drafts"),
    )


def _group_rules() -> None:
    op.create_table(
        "group_rules",
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_group_rules_group_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("group_id", "position", name="pk_group_rules"),
    )


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("words", sa.String(), server_default="", nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.Column("telegram_id", sa.BigInteger(), nullable=True),
        sa.Column("request_id", sa.BigInteger(), nullable=True),
        sa.Column("lane", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_messages_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "number", name="pk_messages"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_messages_pending", "messages", ["user_id", "number"], **_where("state IN ('waiting', 'stale')"))
    op.create_index("ix_messages_request", "messages", ["request_id"], **_where("request_id IS NOT NULL"))
    op.create_index("ix_messages_telegram", "messages", ["user_id", "telegram_id"], **_where("telegram_id IS NOT NULL"))


def _places() -> None:
    op.create_table(
        "places",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("block", sa.String(), nullable=True),
        sa.Column("failures", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_input", sa.String(), server_default="", nullable=False),
        sa.Column("returns", Json, nullable=False),
        sa.Column("wake_at", Moment(), nullable=True),
        sa.Column("wake_block", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_places_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name="pk_places"),
    )
    op.create_index("ix_places_block", "places", ["block"])
    op.create_index("ix_places_wake", "places", ["wake_at"], **_where("wake_at IS NOT NULL"))


def _push_groups() -> None:
    op.create_table(
        "push_groups",
        sa.Column("push_id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_push_groups_group_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["push_id"], ["pushes.id"], name="fk_push_groups_push_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("push_id", "group_id", name="pk_push_groups"),
    )
    op.create_index("ix_push_groups_group", "push_groups", ["group_id"])


def _push_runs() -> None:
    op.create_table(
        "push_runs",
        sa.Column("id", AutoId, nullable=False),
        sa.Column("push_id", sa.BigInteger(), nullable=False),
        sa.Column("recipients", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("due_typed", sa.String(), nullable=True),
        sa.Column("late", sa.String(), server_default="send", nullable=False),
        sa.Column("start", sa.String(), nullable=True),
        sa.Column("flow_version", sa.String(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("started_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("claimed_to", sa.BigInteger(), nullable=True),
        *(
            sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False)
            for name in ("refusals", "audience", "sent", "blocked", "failed", "skipped", "cancelled", "unsure")
        ),
        sa.Column("card_chat", sa.BigInteger(), nullable=True),
        sa.Column("card_message", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["push_id"], ["pushes.id"], name="fk_push_runs_push_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_push_runs"),
    )
    op.create_index(
        "ix_push_runs_open", "push_runs", ["due_at"], **_where("state IN ('planned', 'planning', 'sending')")
    )
    op.create_index("ix_push_runs_push", "push_runs", ["push_id", "id"])
    op.create_index(
        "uq_push_runs_live",
        "push_runs",
        ["push_id"],
        unique=True,
        **_where("state IN ('planning', 'sending', 'paused')"),
    )


def _requests() -> None:
    op.create_table(
        "requests",
        sa.Column("id", AutoId, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("block", sa.String(), nullable=True),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("taken_by", sa.BigInteger(), nullable=True),
        sa.Column("taken_at", Moment(), nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("closed_by", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_requests_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_requests"),
        sa.UniqueConstraint("token", name="uq_requests_token"),
    )
    op.create_index("ix_requests_opened", "requests", ["opened_at", "id"])
    op.create_index("uq_requests_open", "requests", ["user_id"], unique=True, **_where("closed_at IS NULL"))


def _user_tags() -> None:
    op.create_table(
        "user_tags",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_user_tags_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "tag", name="pk_user_tags"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_user_tags_tag", "user_tags", ["tag", "user_id"])


def _user_variables() -> None:
    op.create_table(
        "user_variables",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("variable_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("folded", sa.String(), nullable=True),
        sa.Column("number", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_user_variables_user_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["variable_id"], ["variables.id"], name="fk_user_variables_variable_id"),
        sa.PrimaryKeyConstraint("user_id", "variable_id", name="pk_user_variables"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_user_variables_number",
        "user_variables",
        ["variable_id", "number", "user_id"],
        **_where("number IS NOT NULL"),
    )
    op.create_index(
        "ix_user_variables_text", "user_variables", ["variable_id", "folded", "user_id"], **_where("folded IS NOT NULL")
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("push_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("tries", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["push_runs.id"], name="fk_deliveries_run_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_deliveries_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "user_id", name="pk_deliveries"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_deliveries_begun", "deliveries", ["run_id", "user_id"], **_where("state = 'begun'"))
    op.create_index("ix_deliveries_failed", "deliveries", ["push_id", "user_id"], **_where("state = 'failed'"))
    op.create_index("ix_deliveries_got", "deliveries", ["push_id", "user_id"], **_where("state IN ('sent', 'unsure')"))
    op.create_index("ix_deliveries_user", "deliveries", ["user_id"])


def _push_selections() -> None:
    op.create_table(
        "push_selections",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["push_runs.id"], name="fk_push_selections_run_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_push_selections_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "user_id", name="pk_push_selections"),
    )
