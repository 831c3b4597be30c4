"""Conversations: what happens when a person writes, as one transaction; blocks that are opened from outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import random
from typing import Any

from sqlalchemy import Row, update
from sqlalchemy.orm import Session

from bot.flow import engine
from bot.flow.content import Kind
from bot.flow.heard import Chose, Heard, Opened, Shared, Started
from bot.services import inbox, messages, outgoing_queue, people, requests_open, roles, sql, waits
from bot.services.conversation_page import ConversationPage, PageLine, line, page
from bot.services.conversation_turn import Voice, carry_out
from bot.services.messages import Line
from bot.services.outgoing_queue import ANSWERS
from bot.services.outgoing_take import Letter
from bot.services.people import Scene, Sender
from bot.services.phrases import phrases
from bot.services.roles import Role
from bot.services.setup import Setup
from bot.services.storable import storable, storable_fields
from models import User

__all__ = [
    "ConversationPage",
    "Incoming",
    "Outcome",
    "PageLine",
    "Sender",
    "hear",
    "line",
    "open_block",
    "page",
    "wake",
]

_USERS = sql.table(User)


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing a person did, as the edge read it."""

    sender: Sender
    #: The engine's input; None: there is nothing for a flow to answer, it is stored (and passed on to staff).
    heard: Heard | None
    kind: Kind = Kind.TEXT
    #: The text, caption, or the words of the pressed button.
    words: str = ""
    #: Telegram's id of the message; None for a press.
    telegram_id: int | None = None
    #: Telegram's id of the file that came with it.
    file_id: str | None = None
    #: Telegram's id of the message it replies to.
    reply_to: int | None = None
    #: The person changed a message they had sent before.
    edited: bool = False
    #: The words as Telegram's HTML, where anything in them is formatted.
    html: str | None = None
    #: Links on buttons that came with a forwarded message: rows of label and address.
    links: tuple[tuple[tuple[str, str], ...], ...] = ()
    #: What else there is to know of a contact, a place or a poll (see `Content.extra`).
    extra: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whom there is something to send to now."""

    pending: frozenset[int] = frozenset()
    #: What is to be sent to whoever was heard, where that is all (`conversation_turn.Carried`).
    letters: tuple[Letter, ...] = ()


def hear(
    db: Session,
    incoming: Incoming,
    *,
    update_id: int,
    setup: Setup,
    now: datetime,
    chance: Callable[[], float] = random,
) -> Outcome:
    """What a person did: meet them, log it, let staff or the flow answer, and mark the update done.

    Does nothing for an update that was handled before.
    """
    if not inbox.mark_done(db, update_id, now):
        return Outcome()
    heard = storable_fields(incoming.heard) if incoming.heard else None
    source = heard.parameter if isinstance(heard, Started) and heard.parameter else None
    user = people.arrive(db, incoming.sender, setup=setup, now=now, source=source)
    scene = people.scene(db, user.id)
    logged = _logged(incoming, scene)
    if isinstance(heard, Shared) and heard.kind is Kind.CONTACT and heard.own:
        db.execute(update(_USERS).where(_USERS.c.id == user.id).values(phone=heard.value))
    if user.bot_off_since is not None:
        return _pass_on(db, user, scene, logged, setup, now)
    if heard is None or (incoming.edited and not setup.flow.hears_edits):
        messages.append(db, user, [logged], now=now)
        return Outcome()
    if setup.maintenance and roles.rank_of(user, setup) is Role.USER:
        sorry = outgoing_queue.sentence(user.id, setup.maintenance)
        messages.append(db, user, [logged, sorry], now=now)
        return Outcome(frozenset({user.id}))
    person = people.person_of(db, user, staff_reachable=scene.staff_reachable, setup=setup, now=now)
    words = phrases(user.language or setup.language)
    turn = engine.hear(setup.flow, scene.place, person, heard, chance=chance, phrases=words)
    carried = carry_out(db, user, scene, turn, [logged], voice=Voice(), setup=setup, now=now)
    return Outcome(carried.pending, carried.letters)


def _logged(incoming: Incoming, scene: Scene) -> Line:
    content: dict[str, Any] = {}
    if incoming.file_id:
        content["file_id"] = storable(incoming.file_id)
    if incoming.reply_to:
        content["reply_to"] = incoming.reply_to
    if incoming.edited:
        content["edited"] = True
    if isinstance(incoming.heard, Chose):
        content["press"] = [storable(incoming.heard.block), storable(incoming.heard.choice)]
    if isinstance(incoming.heard, Opened):
        content["press"] = [storable(incoming.heard.block)]
    return Line(
        incoming.sender.id,
        "in",
        "user",
        str(incoming.kind),
        storable(incoming.words),
        content,
        telegram_id=incoming.telegram_id,
        request_id=scene.request_id,
    )


def _pass_on(db: Session, user: Row[Any], scene: Scene, logged: Line, setup: Setup, now: datetime) -> Outcome:
    """The bot is silent for this person: staff read what they write."""
    (number,) = messages.append(db, user, [logged], now=now)
    request = (scene.request_id, scene.taken_by)
    told = requests_open.relay(
        db,
        user.id,
        number=number,
        words=logged.words,
        request=request,
        owners=setup.owners,
        group_id=setup.support.group_id,
        now=now,
    )
    return Outcome(told)


def open_block(
    db: Session,
    user_id: int,
    block: str,
    *,
    author: str = "flow",
    author_id: int | None = None,
    lane: int = ANSWERS,
    setup: Setup,
    now: datetime,
) -> Outcome:
    """Open a block for somebody we have met: a push, an admin. One that is gone is only noted in the log."""
    user = people.locked(db, user_id)
    return Outcome(_open(db, user, people.scene(db, user_id), block, Voice(author, author_id, lane), setup, now))


def _open(
    db: Session,
    user: Row[Any],
    scene: Scene,
    block: str,
    voice: Voice,
    setup: Setup,
    now: datetime,
    *,
    aside: bool = False,
) -> frozenset[int]:
    person = people.person_of(db, user, staff_reachable=scene.staff_reachable, setup=setup, now=now)
    words = phrases(user.language or setup.language)
    turn = engine.open_block(setup.flow, scene.place, person, block, aside=aside, phrases=words)
    return carry_out(db, user, scene, turn, [], voice=voice, setup=setup, now=now).pending


def wake(db: Session, user_id: int, block: str, *, setup: Setup, now: datetime) -> Outcome:
    """Open the block that a person's wait leads to, if it is over and still wanted (see `waits.due`)."""
    user = people.locked(db, user_id)
    over = None if user.bot_off_since is not None else waits.take(db, user_id, block, now)
    if over is None:
        return Outcome()
    return Outcome(_open(db, user, people.scene(db, user_id), block, Voice(), setup, now, aside=over.keep))
