"""Hearing people: what one person did, or what many of them wrote, as one transaction; staff or the flow answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import random
from typing import Any

from sqlalchemy import Row, update
from sqlalchemy.orm import Session

from bot.flow import engine
from bot.flow.content import Kind
from bot.flow.heard import Heard, Shared, Started
from bot.flow.person import Person
from bot.services import edits, inbox, messages, outgoing_queue, people, people_scene, requests_open, roles, sql
from bot.services.conversation_turn import Voice, carry_out
from bot.services.incoming import Incoming, Pace, logged
from bot.services.messages import Line
from bot.services.outgoing_letter import Letter
from bot.services.outgoing_queue import Relay
from bot.services.people_scene import Scene
from bot.services.phrases import phrases
from bot.services.roles import Role
from bot.services.setup import Setup
from bot.services.storable import storable_fields
from bot.services.writes import Writes
from bot.texts import say
from models import User

_USERS = sql.table(User)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whom there is something to send to now."""

    pending: frozenset[int] = frozenset()
    #: What is to be sent to whoever was heard, where that is all (`conversation_turn.Carried`).
    letters: tuple[Letter, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What one person did, and in which update."""

    update_id: int
    incoming: Incoming
    #: All that waits to be sent to them, up to the line with this number, is at hand where the answer will be sent.
    at_hand: int = 0


@dataclass(frozen=True, slots=True)
class _Hearing:
    """One person who is heard, with all that it takes to answer."""

    db: Session
    writes: Writes
    user: Row[Any]
    scene: Scene
    incoming: Incoming
    setup: Setup
    now: datetime
    chance: Callable[[], float]
    #: The person as the flow sees them.
    person: Callable[[], Person]


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
    scene = people_scene.scene(db, user.id)

    def person() -> Person:
        return people.person_of(db, user, staff_reachable=scene.staff_reachable, setup=setup, now=now)

    writes = Writes(db)
    outcome = _answer(_Hearing(db, writes, user, scene, incoming, setup, now, chance, person), heard)
    writes.write()
    return outcome


def hear_all(
    db: Session,
    said: Sequence[Said],
    *,
    worker_id: int | None,
    setup: Setup,
    now: datetime,
    chance: Callable[[], float] = random,
) -> dict[int, Outcome]:
    """What many people wrote, one thing of each: the same, with a statement for all where one for each would do.

    The outcomes by update; who is missing has to be heard alone (`people_scene.at_hand`, and people who are new here or
    have another name by now).
    """
    them = {one.update_id: one for one in said}
    users = [
        user
        for user in people_scene.at_hand(db, list(them), worker_id)
        if not people.has_changed(user, them[user.update_id].incoming.sender)
    ]
    if not users:
        return {}
    writes = Writes(db)
    inbox.mark_all_done(writes, [user.update_id for user in users], now)
    scenes = people_scene.scenes(db, {user.id: them[user.update_id].at_hand for user in users})
    reachable = scenes[users[0].id].staff_reachable
    users = [user._replace(last_seen_at=now) for user in users]
    persons = people.persons_of(db, users, staff_reachable=reachable, setup=setup, now=now)
    outcomes = {}
    for user, person in zip(users, persons, strict=True):
        one = them[user.update_id].incoming
        hearing = _Hearing(db, writes, user, scenes[user.id], one, setup, now, chance, lambda person=person: person)  # type: ignore[misc]
        outcomes[user.update_id] = _answer(hearing, storable_fields(one.heard) if one.heard else None)
    writes.write()
    return outcomes


def _answer(it: _Hearing, heard: Heard | None) -> Outcome:
    """Who answers: nobody, staff, or the flow."""
    user, incoming, setup = it.user, it.incoming, it.setup
    came = logged(incoming, it.scene)
    if isinstance(heard, Shared) and heard.kind is Kind.CONTACT and heard.own:
        it.db.execute(update(_USERS).where(_USERS.c.id == user.id).values(phone=heard.value))
    if user.banned_at is not None or (user.bot_off_since is not None and user.muted_at is not None):
        messages.append(it.writes, user, [came], now=it.now)
        return Outcome()
    if user.bot_off_since is not None:
        return _pass_on(it, came)
    if incoming.pace is not Pace.FINE and roles.rank_of(user, setup) is Role.USER:
        return _slow_down(it, came)
    if heard is None or (incoming.edited and not setup.flow.hears_edits):
        messages.append(it.writes, user, [came], now=it.now)
        return Outcome()
    if setup.maintenance and roles.rank_of(user, setup) is Role.USER:
        return _say(it, came, setup.maintenance)
    return _let_the_flow_answer(it, came, heard)


def _let_the_flow_answer(it: _Hearing, came: Line, heard: Heard) -> Outcome:
    words = phrases(it.user.language or it.setup.language)
    turn = engine.hear(it.setup.flow, it.scene.place, it.person(), heard, chance=it.chance, phrases=words)
    carried = carry_out(
        it.db, it.user, it.scene, turn, [came], voice=Voice(), setup=it.setup, now=it.now, writes=it.writes
    )
    return Outcome(carried.pending, carried.letters)


def _pass_on(it: _Hearing, came: Line) -> Outcome:
    """The bot is silent for this person: staff read what they write."""
    db, scene = it.db, it.scene
    (number,) = messages.append(it.writes, it.user, [came], now=it.now)
    it.writes.write()
    if scene.request_id is not None and scene.waits_since is None:
        requests_open.wait(db, scene.request_id, it.now)
    relay = Relay.of(came, number)
    pass_on = edits.of_user if came.content.get("edited") else requests_open.pass_on
    return Outcome(pass_on(db, relay, taken_by=scene.taken_by, setup=it.setup, now=it.now))


def _slow_down(it: _Hearing, came: Line) -> Outcome:
    """The person writes faster than anybody reads: what they wrote is kept, and they are told once."""
    if it.incoming.pace is Pace.FIRST_TOO_FAST:
        return _say(it, came, say(it.user.language or it.setup.language, "support.too_fast"))
    messages.append(it.writes, it.user, [came], now=it.now)
    return Outcome()


def _say(it: _Hearing, came: Line, words: str) -> Outcome:
    """One sentence of the bot's own is the answer."""
    messages.append(it.writes, it.user, [came, outgoing_queue.sentence(it.user.id, words)], now=it.now)
    return Outcome(frozenset({it.user.id}))
