"""Presses on buttons under pushes: counted once a person and button, and heard like any other press."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from bot.flow.heard import Chose, Opened
from bot.services import contents, conversations, roles, sql
from bot.services.conversations import Incoming, Outcome
from bot.services.deliveries import State
from bot.services.roles import Role
from bot.services.setup import Setup
from models import Delivery, PushClick, PushContent, PushRun

#: What the button that ends pushes counts as.
UNSUBSCRIBE = "unsubscribe"
#: States in which a message may stand in somebody's chat; a quick press comes before the receipt is noted.
_THERE = (State.BEGUN, State.SENT, State.UNSURE)

_CLICKS = sql.table(PushClick)


def hear(db: Session, incoming: Incoming, run_id: int, *, update_id: int, setup: Setup, now: datetime) -> Outcome:
    """A press on a button under a message of this run (0: of a preview), as `conversations.hear`.

    A button without a choice opens its block, if the push had such a button and this person got it.
    """
    user_id, pressed = incoming.sender.id, incoming.heard
    assert isinstance(pressed, Chose)
    got = has_got(db, run_id, user_id)
    if not pressed.choice and _offered(db, run_id, pressed.block, got, user_id, setup):
        incoming = replace(incoming, heard=Opened(pressed.block, incoming.words))
    outcome = conversations.hear(db, incoming, update_id=update_id, setup=setup, now=now)
    if got:
        count(db, run_id, user_id, button(pressed.block, pressed.choice), now)
    return outcome


def button(block: str, choice: str) -> str:
    """What a button counts as."""
    return f"{block}:{choice}"


def has_got(db: Session, run_id: int, user_id: int) -> bool:
    """Whether a message of this run may stand in somebody's chat."""
    mine = (Delivery.run_id == run_id, Delivery.user_id == user_id, Delivery.state.in_(_THERE))
    return bool(run_id and db.scalar(select(exists().where(*mine))))


def count(db: Session, run_id: int, user_id: int, what: str, now: datetime) -> None:
    """Somebody who got the run pressed this button; the first time counts."""
    row = {"run_id": run_id, "button": what, "user_id": user_id, "pressed_at": now}
    db.execute(sql.insert(sql.dialect(db), PushClick).values(row).on_conflict_do_nothing())


def take_back(db: Session, run_id: int, user_id: int, what: str) -> None:
    """It was undone."""
    mine = (_CLICKS.c.run_id == run_id, _CLICKS.c.user_id == user_id, _CLICKS.c.button == what)
    db.execute(delete(_CLICKS).where(*mine))


def _offered(db: Session, run_id: int, block: str, got: bool, user_id: int, setup: Setup) -> bool:
    """Whether this person can have such a button; admins have those of previews."""
    if not run_id:
        return roles.role_of(db, user_id, setup) >= Role.ADMIN
    run = db.get(PushRun, run_id) if got else None
    if run is None:
        return False
    said = db.scalars(select(PushContent.versions).where(PushContent.push_id == run.push_id))
    messages = [contents.from_json(one) for versions in said for one in versions.values()]
    return any(option.block == block for one in messages for row in one.rows for option in row)
