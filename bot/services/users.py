"""People: finding them, their card, and the switches on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from bot.flow.person import Place
from bot.rules import Fact, fold
from bot.services import audit, people, requests, requests_close, roles, sql, variables
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role
from bot.services.setup import Setup
from bot.services.storable import storable
from bot.services.users_reach import mark_blocked, mark_gone, mark_unblocked, name, name_of, staff_ids
from models import Request, User, UserTag

__all__ = [
    "UserCard",
    "card",
    "find",
    "get",
    "mark_blocked",
    "mark_gone",
    "mark_unblocked",
    "name",
    "name_of",
    "staff_ids",
    "switch_bot_off",
    "switch_bot_on",
    "switch_support",
]

#: Telegram's ids fit; a longer number is no id.
_LARGEST_ID = 2**52
#: Digits of the shortest phone number that is looked for.
_SHORTEST_PHONE = 6


@dataclass(frozen=True, slots=True)
class UserCard:
    """All that is known of one person. Nothing in it is escaped."""

    user: User
    name: str
    #: By name, in alphabetical order; a variable that is not set is missing. Labels are in the flow.
    variables: Mapping[str, Fact]
    tags: Sequence[str]
    place: Place
    #: The open request.
    request: Request | None


def get(db: Session, user_id: int) -> User | None:
    """One person, if we have met them."""
    return db.get(User, user_id, populate_existing=True)


def find(db: Session, text: str, limit: int = 20) -> list[User]:
    """People by id, @username, phone number, or the beginning of one of their names; the last seen first."""
    wanted = storable(text).strip()
    if number := _phone(wanted):
        return _with_phone(db, number, limit)
    if wanted.isascii() and wanted.isdigit():
        user = get(db, int(wanted)) if int(wanted) <= _LARGEST_ID else None
        return [user] if user else []
    if wanted.startswith("@"):
        condition = func.lower(User.username) == wanted[1:].lower()
    elif folded := fold(wanted):
        condition = or_(
            User.search.startswith(folded, autoescape=True), User.search.contains(f" {folded}", autoescape=True)
        )
    else:
        return []
    return _last_seen(db, condition, limit)


def _phone(text: str) -> str | None:
    """The digits of a phone number that is written with its country code: +43 1 234, 0043 1 234. None: it is none."""
    digits = "".join(sign for sign in text if sign not in " ()-/.")
    digits = digits[1:] if digits.startswith("+") else digits[2:] if digits.startswith("00") else ""
    return digits if digits.isascii() and digits.isdecimal() and len(digits) >= _SHORTEST_PHONE else None


def _with_phone(db: Session, number: str, limit: int) -> list[User]:
    """People whose number it is; Telegram gives numbers with or without the sign in front."""
    return _last_seen(db, User.phone.in_((number, f"+{number}")), limit)


def _last_seen(db: Session, condition: ColumnElement[bool], limit: int) -> list[User]:
    query = select(User).where(condition).order_by(User.last_seen_at.desc(), User.id.desc()).limit(limit)
    return list(db.scalars(query.execution_options(populate_existing=True)))


def card(db: Session, user_id: int) -> UserCard | None:
    """Everything about one person; None if we have not met them."""
    user = get(db, user_id)
    if user is None:
        return None
    return UserCard(
        user=user,
        name=name_of(user.first_name, user.last_name, user.username, user.id),
        variables=dict(sorted(variables.values(db, user_id).items())),
        tags=db.scalars(select(UserTag.tag).where(UserTag.user_id == user_id).order_by(UserTag.tag)).all(),
        place=people.place(db, user_id),
        request=requests.open_of(db, user_id),
    )


def switch_bot_off(db: Session, user_id: int, *, by: int, setup: Setup, now: datetime) -> bool:
    """Silence the bot for a person; false if it was silent. `requests.deactivate` checks the role too."""
    return requests_close.switch_off(db, user_id, by=by, now=now) is not None


def switch_bot_on(db: Session, user_id: int, *, by: int, setup: Setup, now: datetime) -> bool:
    """Let the bot answer again; false if it did. `requests.reactivate` checks the role too."""
    return requests_close.switch_on(db, user_id, by=by, setup=setup, now=now) is not None


def switch_support(db: Session, user_id: int, on: bool, *, by: Actor, now: datetime) -> bool:
    """Make somebody staff (support messages on), or end that; false if it was so already. Only admins may."""
    roles.require(by, Role.ADMIN)
    user = get(db, user_id)
    if user is None:
        raise Refusal("refusals.unknown_user", user=str(user_id))
    if (user.support_since is not None) is on:
        return False
    query = update(sql.table(User)).where(User.id == user_id)
    db.execute(query.values(support_since=now if on else None))
    before, after = ("off", "on") if on else ("on", "off")
    audit.record(
        db, actor_id=by.id, action="user.support", target=f"user {user_id}", before=before, after=after, now=now
    )
    return True
