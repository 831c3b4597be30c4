"""How people are shown on every screen: a name that cannot deceive, beside the id that cannot be chosen."""

from __future__ import annotations

from bot.ui.html import NAME_LIMIT, Html, Words, html, name
from models import User

#: Characters of a name on a button that shares its row.
_ON_BUTTON = 16


def called(user: User, limit: int = NAME_LIMIT) -> Words:
    """The name of a user on one line; without one the @username, else a dash."""
    shown = name(user.first_name, user.last_name, limit=limit)
    unseen = not any(sign.isalnum() for sign in shown)
    return name(f"@{user.username}", limit=limit) if unseen and user.username else shown


def numbered(place: int, user: User) -> Words:
    """The label of the button that opens the user at this place of a list."""
    return Words(f"{place} {called(user, _ON_BUTTON)}")


def person(user: User) -> Html:
    """The name and the id: "Vera Visitor · 101"."""
    return html("<b>{}</b> · <code>{}</code>", called(user), str(user.id))


def link_to(user: User) -> str | None:
    """A link that opens the chat with a user, where Telegram allows one."""
    return f"https://t.me/{user.username}" if user.username else None
