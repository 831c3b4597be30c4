"""From what was typed or pressed to the one user it means."""

from __future__ import annotations

from bot.services import users
from bot.services.refusal import Refusal
from bot.ui.desk import Desk
from models import User


def known(desk: Desk, user_id: int) -> User:
    """The user with this id. Raises a Refusal for somebody nobody has met."""
    user = users.get(desk.db, user_id)
    if user is None:
        raise Refusal("refusals.unknown_user", user=str(user_id))
    return user


def one(desk: Desk, typed: str) -> User:
    """The user that an id, a @name or the beginning of a name means. Raises a Refusal for none and for several."""
    found = users.find(desk.db, typed, limit=2)
    if not found:
        raise Refusal("refusals.unknown_user", user=typed)
    if len(found) > 1:
        raise Refusal("users.several", words=typed)
    return found[0]
