"""What the inline picker offers: users whose name begins so, to staff and nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from sqlalchemy.orm import Session

from bot.admin.people import called
from bot.services import roles, users, users_recent
from bot.services.roles import Role
from bot.services.setup import Setup

#: Users on offer at once.
OFFERED = 20


@dataclass(frozen=True, slots=True)
class Offer:
    """One user on offer. Choosing it writes the command that opens the card, which asks for the role again."""

    #: Says nothing of the user.
    id: str
    title: str
    description: str
    command: str


def offers(db: Session, words: str, *, user_id: int, setup: Setup, now: datetime) -> list[Offer]:
    """The users that the words find, for who is staff at this moment; without words those who were here last."""
    if roles.role_of(db, user_id, setup) < Role.STAFF:
        return []
    found = users.find(db, words, limit=OFFERED) if words.strip() else users_recent.last_seen(db, OFFERED)
    return [
        Offer(_opaque(user.id, now), called(user), f"@{user.username}" if user.username else "", f"/user {user.id}")
        for user in found
    ]


def _opaque(user_id: int, now: datetime) -> str:
    return blake2b(f"{user_id} {now.isoformat()}".encode(), digest_size=16).hexdigest()
