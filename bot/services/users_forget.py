"""Forgetting a person: it is asked for, then everything goes piece by piece, and a tombstone stays."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import Session

from bot.services import audit, deliveries, inbox, roles, sql
from bot.services.deliveries import DELIVERIES
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role
from bot.services.setup import Setup
from models import (
    CannedAnswer,
    Farewell,
    FlowVersion,
    Group,
    InboxUpdate,
    Invitation,
    Message,
    PlannedMessage,
    Push,
    PushContent,
    PushHalt,
    PushRun,
    PushSweep,
    Request,
    Setting,
    Tombstone,
    User,
)

#: Lines of a conversation that go in one transaction, so that nobody waits for it.
PIECE = 2_000
#: Each guess at the id behind a tombstone costs about two milliseconds: years for all ids there are.
_COST = 2**10
#: Columns that say who did something, and stay as "somebody who was forgotten".
_DEEDS = (
    (User, "bot_off_by"),
    (User, "restricted_by"),
    (Request, "taken_by"),
    (Request, "handed_by"),
    (Request, "closed_by"),
    (CannedAnswer, "changed_by"),
    (Group, "created_by"),
    (Push, "created_by"),
    (Push, "previewed_by"),
    (PushContent, "created_by"),
    (PushSweep, "created_by"),
    (PushRun, "created_by"),
    (PushRun, "approved_by"),
    (PushRun, "card_chat"),
    (PushHalt, "by"),
    (PlannedMessage, "author_id"),
    (FlowVersion, "author_id"),
    (FlowVersion, "activated_by"),
    (Farewell, "asked_by"),
    (Setting, "changed_by"),
    (Invitation, "used_by"),
)
#: What goes where such a column goes.
_WITH = {"card_chat": "card_message", "previewed_by": "previewed_number"}

_USERS, _MESSAGES, _FAREWELLS = sql.table(User), sql.table(Message), sql.table(Farewell)


def ask(db: Session, user_id: int, *, by: Actor, setup: Setup, now: datetime) -> bool:
    """Ask that everything about a person is deleted; false if that was asked before.

    A person asks for themselves, an admin for others of a lower rank. Nobody who holds a rank can be forgotten: who did
    what would be lost with them, so the rank has to end first.
    """
    if by.id != user_id:
        roles.require(by, Role.ADMIN)
    if db.scalar(select(User.id).where(User.id == user_id)) is None:
        raise Refusal("refusals.unknown_user", user=str(user_id))
    if roles.role_of(db, user_id, setup) > Role.USER:
        raise Refusal("privacy.has_rank")
    asked = {"user_id": user_id, "asked_by": None if by.id == user_id else by.id, "asked_at": now}
    new = sql.insert(sql.dialect(db), Farewell).values(asked).on_conflict_do_nothing().returning(_FAREWELLS.c.user_id)
    if db.scalar(new) is None:
        return False
    audit.record(db, actor_id=by.id, action="user.forget", target=f"user {user_id}", now=now)
    return True


def due(db: Session, limit: int = 20) -> list[int]:
    """People who are to be forgotten and about whom nothing is under way: no update, and no push on the wire."""
    mine = InboxUpdate.lane == Farewell.user_id
    updates = exists(select(1).where(inbox.OPEN, mine))
    pushes = exists(select(1).where(DELIVERIES.c.user_id == Farewell.user_id, deliveries.BEGUN))
    query = select(Farewell.user_id).where(~updates, ~pushes).order_by(Farewell.asked_at, Farewell.user_id)
    return list(db.scalars(query.limit(limit)))


def shorten(db: Session, user_id: int) -> int:
    """Delete the next piece of a person's conversation; returns how many lines went."""
    numbers = select(_MESSAGES.c.number).where(_MESSAGES.c.user_id == user_id).limit(PIECE)
    gone = delete(_MESSAGES).where(_MESSAGES.c.user_id == user_id, _MESSAGES.c.number.in_(numbers))
    return int(db.execute(gone).rowcount)  # type: ignore[attr-defined]


def let_go(db: Session, user_id: int, *, now: datetime) -> bool:
    """Delete the person with all that hangs on them; false if something has come under way, or they are gone."""
    if user_id not in due(db, limit=1_000):
        return False
    deliveries.forget(db, user_id, now)
    for model, column in _DEEDS:
        table = sql.table(model)
        changes = {column: None} | ({_WITH[column]: None} if column in _WITH else {})
        db.execute(update(table).where(table.c[column] == user_id).values(changes))
    db.execute(delete(sql.table(Invitation)).where(Invitation.created_by == user_id))
    tombstone = {"digest": digest_of(user_id), "forgotten_at": now}
    new = sql.insert(sql.dialect(db), Tombstone).values(tombstone)
    db.execute(new.on_conflict_do_update(index_elements=["digest"], set_={"forgotten_at": now}))
    db.execute(delete(_USERS).where(_USERS.c.id == user_id))
    return True


def was_forgotten(db: Session, user_id: int) -> bool:
    """Whether somebody with this id was forgotten once; they may have come back since."""
    return db.get(Tombstone, digest_of(user_id)) is not None


def tombstones(db: Session) -> int:
    """How many people were forgotten."""
    return db.scalar(select(func.count()).select_from(Tombstone)) or 0


def digest_of(user_id: int) -> str:
    """What a tombstone keeps of an id: 32 hexadecimal digits that are slow to make."""
    return hashlib.scrypt(str(user_id).encode(), salt=b"frontdesk", n=_COST, r=8, p=1, dklen=16).hex()
