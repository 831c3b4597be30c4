"""Telling staff something about a person: in their own language, and so that a reply to it reaches the person."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, exists, select
from sqlalchemy.orm import Session

from bot.services import messages, users_reach
from bot.services.messages import Line
from bot.services.outgoing_queue import sentence
from bot.services.setup import Setup
from bot.texts import say
from models import Message, User

#: How long admins are not told again that somebody asked in vain.
QUIET = timedelta(hours=1)


def notify(db: Session, user: Row[Any], text: str, *, setup: Setup, now: datetime) -> frozenset[int]:
    """Tell all staff, or admins where no staff can be reached, what a flow has to say about a person."""
    staff = users_reach.staff_ids(db) or users_reach.admin_ids(db, setup.owners)
    return tell(db, staff, "support.notice", about=user.id, setup=setup, now=now, text=text)


def warn(db: Session, user_id: int, *, setup: Setup, now: datetime) -> frozenset[int]:
    """Tell admins, once an hour at most, that a person asked for staff and nobody could be reached; note it always."""
    words = say(setup.language, "support.unanswered")
    same = (Message.user_id == user_id) & (Message.direction == "note") & (Message.words == words)
    warned = db.scalar(select(exists().where(same, Message.created_at > now - QUIET)))
    messages.write(db, [Line(user_id, "note", "system", "text", words)], now=now)
    if warned:
        return frozenset()
    return tell(db, users_reach.admin_ids(db, setup.owners), "support.nobody", about=user_id, setup=setup, now=now)


def tell(
    db: Session, staff: Collection[int], key: str, *, about: int, setup: Setup, now: datetime, **values: object
) -> frozenset[int]:
    """Queue the wording `key` to members of staff, with {name} and {id} of the person it is `about` and `values`."""
    name = users_reach.called(db, about)
    spoken = {row.id: row.language for row in db.execute(select(User.id, User.language).where(User.id.in_(staff)))}
    lines = [
        sentence(one, say(language or setup.language, key, name=name, id=str(about), **values), about=about)
        for one, language in sorted(spoken.items())
    ]
    messages.write(db, lines, now=now)
    return frozenset(spoken)


def tell_topic(
    db: Session,
    group: int,
    request_id: int | None,
    key: str,
    *,
    about: int,
    setup: Setup,
    now: datetime,
    **values: object,
) -> frozenset[int]:
    """The same, said once in the topic of a request: a note in the log, which the topic takes from there."""
    name = users_reach.called(db, about)
    words = say(setup.language, key, name=name, id=str(about), **values)
    messages.write(db, [Line(about, "note", "system", "text", words, request_id=request_id)], now=now)
    return frozenset({group})
