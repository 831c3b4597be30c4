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
from bot.flow.heard import Shared, Started
from bot.services import edits, inbox, messages, outgoing_queue, people, requests_open, roles, sql, waits
from bot.services.conversation_page import ConversationPage, PageLine, last_before, line, page
from bot.services.conversation_turn import Voice, carry_out
from bot.services.incoming import Incoming, Pace, logged
from bot.services.messages import Line
from bot.services.outgoing_letter import Letter
from bot.services.outgoing_queue import ANSWERS, Relay
from bot.services.people import Scene, Sender
from bot.services.phrases import phrases
from bot.services.roles import Role
from bot.services.setup import Setup
from bot.services.storable import storable_fields
from bot.texts import say
from models import User

__all__ = [
    "ConversationPage",
    "Incoming",
    "Outcome",
    "Pace",
    "PageLine",
    "Sender",
    "hear",
    "last_before",
    "line",
    "open_block",
    "page",
    "wake",
]

_USERS = sql.table(User)


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
    came = logged(incoming, scene)
    if isinstance(heard, Shared) and heard.kind is Kind.CONTACT and heard.own:
        db.execute(update(_USERS).where(_USERS.c.id == user.id).values(phone=heard.value))
    if user.banned_at is not None or (user.bot_off_since is not None and user.muted_at is not None):
        messages.append(db, user, [came], now=now)
        return Outcome()
    if user.bot_off_since is not None:
        return _pass_on(db, user, scene, came, setup, now)
    if incoming.pace is not Pace.FINE and roles.rank_of(user, setup) is Role.USER:
        return _slow_down(db, user, came, incoming.pace, setup, now)
    if heard is None or (incoming.edited and not setup.flow.hears_edits):
        messages.append(db, user, [came], now=now)
        return Outcome()
    if setup.maintenance and roles.rank_of(user, setup) is Role.USER:
        sorry = outgoing_queue.sentence(user.id, setup.maintenance)
        messages.append(db, user, [came, sorry], now=now)
        return Outcome(frozenset({user.id}))
    person = people.person_of(db, user, staff_reachable=scene.staff_reachable, setup=setup, now=now)
    words = phrases(user.language or setup.language)
    turn = engine.hear(setup.flow, scene.place, person, heard, chance=chance, phrases=words)
    carried = carry_out(db, user, scene, turn, [came], voice=Voice(), setup=setup, now=now)
    return Outcome(carried.pending, carried.letters)


def _pass_on(db: Session, user: Row[Any], scene: Scene, came: Line, setup: Setup, now: datetime) -> Outcome:
    """The bot is silent for this person: staff read what they write."""
    (number,) = messages.append(db, user, [came], now=now)
    if scene.request_id is not None and scene.waits_since is None:
        requests_open.wait(db, scene.request_id, now)
    relay = Relay.of(came, number)
    pass_on = edits.of_user if came.content.get("edited") else requests_open.pass_on
    return Outcome(pass_on(db, relay, taken_by=scene.taken_by, setup=setup, now=now))


def _slow_down(db: Session, user: Row[Any], came: Line, pace: Pace, setup: Setup, now: datetime) -> Outcome:
    """The person writes faster than anybody reads: what they wrote is kept, and they are told once."""
    lines = [came]
    if pace is Pace.FIRST_TOO_FAST:
        words = say(user.language or setup.language, "support.too_fast")
        lines.append(outgoing_queue.sentence(user.id, words))
    messages.append(db, user, lines, now=now)
    return Outcome(frozenset({user.id} if len(lines) > 1 else ()))


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
