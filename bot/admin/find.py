"""From what was typed or pressed to the one user it means."""

from __future__ import annotations

from bot.services import users, users_forget
from bot.services.refusal import Refusal
from bot.services.users import UserCard
from bot.ui.desk import Desk
from models import User


def known(desk: Desk, user_id: int) -> User:
    """The user with this id. Raises a Refusal for somebody nobody has met."""
    user = users.get(desk.db, user_id)
    if user is None:
        raise _nobody(desk, user_id)
    return user


def card(desk: Desk, user_id: int) -> UserCard:
    """All that is known of the user with this id. Raises a Refusal for somebody nobody has met."""
    found = users.card(desk.db, user_id)
    if found is None:
        raise _nobody(desk, user_id)
    return found


def _nobody(desk: Desk, user_id: int) -> Refusal:
    """Why there is nobody with an id: never met, or forgotten since."""
    forgotten = users_forget.was_forgotten(desk.db, user_id)
    return Refusal("refusals.forgotten_user" if forgotten else "refusals.unknown_user", user=str(user_id))


def one(desk: Desk, typed: str) -> User:
    """The user that an id, a @name or the beginning of a name means. Raises a Refusal for none and for several."""
    found = users.find(desk.db, typed, limit=2)
    if not found and typed.isascii() and typed.isdecimal():
        raise _nobody(desk, int(typed))
    if not found:
        raise Refusal("refusals.unknown_user", user=typed)
    if len(found) > 1:
        raise Refusal("users.several", words=typed)
    return found[0]
