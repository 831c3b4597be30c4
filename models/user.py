"""People: everybody who has spoken to the bot at least once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, partial

#: Columns that rules compare instead of what a person wrote.
FOLDED = tuple(
    f"{name}_folded" for name in ("first_name", "last_name", "username", "language", "phone", "email", "source")
)


class User(Base):
    """A person who has spoken to the bot at least once. Staff and admins are users too."""

    __tablename__ = "users"

    #: Telegram's own id; also the id of the private chat.
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    first_name: Mapped[str] = mapped_column(default="")
    last_name: Mapped[str | None]
    #: Without the @.
    username: Mapped[str | None]
    #: Names and username folded for search, parted by blanks.
    search: Mapped[str] = mapped_column(default="")
    #: The client's language, an IETF tag such as "de" or "pt-br".
    language: Mapped[str | None]
    #: They chose that language themselves; null: it follows the client.
    language_chosen_at: Mapped[datetime | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    #: What the first link carried: t.me/<bot>?start=<source>.
    source: Mapped[str | None]
    #: Folded twins of the texts above (`bot.rules.fold`), which rules compare. Null: nothing to compare.
    first_name_folded: Mapped[str | None]
    last_name_folded: Mapped[str | None]
    username_folded: Mapped[str | None]
    language_folded: Mapped[str | None]
    phone_folded: Mapped[str | None]
    email_folded: Mapped[str | None]
    source_folded: Mapped[str | None]
    joined_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    #: Staff switched the bot off for this person. Null: the bot answers.
    bot_off_since: Mapped[datetime | None]
    #: Who switched it off; null where a Service Operator action did.
    bot_off_by: Mapped[int | None]
    #: The person blocked the bot; cleared as soon as they write again.
    blocked_at: Mapped[datetime | None]
    #: Telegram says the account is gone for good.
    gone_at: Mapped[datetime | None]
    #: Staff do not hear of this person: asking for staff finds nobody; the bot goes on.
    muted_at: Mapped[datetime | None]
    #: Neither the bot nor staff answer this person.
    banned_at: Mapped[datetime | None]
    #: Who muted or banned them, and until when; null: until somebody lifts it.
    restricted_by: Mapped[int | None]
    restricted_until: Mapped[datetime | None]
    #: The person wants no pushes.
    unsubscribed_at: Mapped[datetime | None]
    #: Support messages are on: the person is staff.
    support_since: Mapped[datetime | None]
    #: Has support messages on, and wants none at present: alerts go to those on duty as long as there are any.
    off_duty_since: Mapped[datetime | None]
    #: When they are back on duty by themselves; null: when they say so.
    off_duty_until: Mapped[datetime | None]
    #: "admin" or "owner", given in the chat or on the host; other owners stand in the config, staff are known by
    #: `support_since`.
    role: Mapped[str | None]
    #: Number of the last row of this person in `messages`.
    last_message: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    __table_args__ = (
        Index("ix_users_last_seen", "last_seen_at", "id"),
        Index("ix_users_joined", "joined_at", "id"),
        Index("ix_users_search", "search", "id"),
        partial("ix_users_username", "username", where="username IS NOT NULL"),
        partial("ix_users_phone", "phone", where="phone IS NOT NULL"),
        *(partial(f"ix_users_{twin}", twin, "id", where=f"{twin} IS NOT NULL") for twin in FOLDED),
        partial("ix_users_off_duty_until", "off_duty_until", where="off_duty_until IS NOT NULL"),
        partial("ix_users_support", "support_since", where="support_since IS NOT NULL"),
        partial("ix_users_role", "role", where="role IS NOT NULL"),
        partial("ix_users_bot_off", "bot_off_since", where="bot_off_since IS NOT NULL"),
        partial("ix_users_blocked", "blocked_at", where="blocked_at IS NOT NULL"),
        partial("ix_users_muted", "muted_at", where="muted_at IS NOT NULL"),
        partial("ix_users_banned", "banned_at", where="banned_at IS NOT NULL"),
        partial("ix_users_restricted", "restricted_until", where="restricted_until IS NOT NULL"),
        partial("ix_users_gone", "gone_at", where="gone_at IS NOT NULL"),
        partial("ix_users_unsubscribed", "unsubscribed_at", where="unsubscribed_at IS NOT NULL"),
    )
