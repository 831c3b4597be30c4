"""Moving one person to a block of the flow by hand."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.services import audit, conversations, people, roles, users
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role
from bot.services.setup import Setup


def move(db: Session, user_id: int, block: str, *, by: Actor, setup: Setup, now: datetime) -> frozenset[int]:
    """Open a block for a person; returns whom there is something to send to.

    Refused while the bot is silent for them, since it would speak into their talk with staff.
    """
    roles.require(by, Role.ADMIN)
    user = users.get(db, user_id)
    if user is None:
        raise Refusal("refusals.unknown_user", user=str(user_id))
    if block not in setup.flow.blocks:
        raise Refusal("push.no_block", block=block)
    if user.bot_off_since is not None:
        raise Refusal("user.bot_is_off")
    before = people.place(db, user_id).block
    audit.record(db, actor_id=by.id, action="user.move", target=f"user {user_id}", before=before, after=block, now=now)
    return conversations.open_block(db, user_id, block, setup=setup, now=now).pending
