"""Switching the bot off and on for one person: requests close, alerts change, and the person is told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.flow import engine
from bot.flow.content import Content
from bot.flow.effects import Say
from bot.flow.markup import escape
from bot.services import audit, outgoing_queue, people, people_scene, requests_rate, sql
from bot.services.conversation_turn import Voice, carry_out
from bot.services.phrases import phrases
from bot.services.refusal import Refusal
from bot.services.setup import Setup
from bot.texts import say
from models import Request, User

_REQUESTS, _USERS = sql.table(Request), sql.table(User)


def switch_on(db: Session, user_id: int, *, by: int | None, setup: Setup, now: datetime) -> frozenset[int] | None:
    """Let the bot answer this person again; the open request closes, its alerts change, the person hears one sentence.

    `by` is who did it; None: the bot itself, after a time that the config names.
    Returns whom there is something to send to, or None if the bot was on already: then nothing has changed.
    """
    on = update(_USERS).where(_USERS.c.id == user_id, _USERS.c.bot_off_since.is_not(None))
    if db.scalar(on.values(bot_off_since=None, bot_off_by=None).returning(_USERS.c.id)) is None:
        _must_exist(db, user_id)
        return None
    _record(db, user_id, by, on=True, now=now)
    closed = close(db, user_id, by=by, setup=setup, now=now)
    back = _hand_back(db, user_id, setup, now)
    if closed is None:
        return _refresh_alerts(db, user_id) | back
    return closed | back


def close(
    db: Session, user_id: int, *, request_id: int | None = None, by: int | None, setup: Setup, now: datetime
) -> frozenset[int] | None:
    """Close the open request (only this one, if it is named), let its alerts say so, and ask how the help was.

    Returns whom there is something to send to; None if no such request is open.
    """
    query = update(_REQUESTS).where(_REQUESTS.c.user_id == user_id, _REQUESTS.c.closed_at.is_(None))
    if request_id is not None:
        query = query.where(_REQUESTS.c.id == request_id)
    why = "silence" if by is None else "staff"
    closed = {"closed_by": by, "closed_at": now, "closed_why": why, "waits_since": None}
    row = db.execute(query.values(closed).returning(_REQUESTS.c.id, _REQUESTS.c.answered_at)).one_or_none()
    if row is None:
        return None
    asked = requests_rate.ask(db, user_id, row.id, setup=setup, now=now) if row.answered_at else frozenset()
    return outgoing_queue.stale(db, row.id) | asked


def end_quietly(db: Session, user_id: int, *, by: int, now: datetime) -> frozenset[int]:
    """Close the open request and let the bot answer, without a word to the person. Returns whose alerts change."""
    ended = update(_REQUESTS).where(_REQUESTS.c.user_id == user_id, _REQUESTS.c.closed_at.is_(None))
    closed = {"closed_by": by, "closed_at": now, "closed_why": "staff", "waits_since": None}
    request_id = db.scalar(ended.values(closed).returning(_REQUESTS.c.id))
    on = update(_USERS).where(_USERS.c.id == user_id, _USERS.c.bot_off_since.is_not(None))
    db.execute(on.values(bot_off_since=None, bot_off_by=None))
    return frozenset() if request_id is None else outgoing_queue.stale(db, request_id)


def _hand_back(db: Session, user_id: int, setup: Setup, now: datetime) -> frozenset[int]:
    """What the flow says to somebody who is handed back, else the bot's own sentence; the place stays."""
    user = db.execute(select(_USERS).where(_USERS.c.id == user_id)).one()
    scene = people_scene.scene(db, user_id)
    person = people.person_of(db, user, staff_reachable=scene.staff_reachable, setup=setup, now=now)
    language = user.language or setup.language
    turn = engine.hand_back(setup.flow, scene.place, person, phrases=phrases(language))
    voice = Voice()
    if not turn.effects:
        sentence = Say(Content(text=escape(say(language, "support.bot_back"))))
        turn, voice = engine.Turn(turn.place, (sentence,)), Voice(author="system")
    return carry_out(db, user, scene, turn, [], voice=voice, setup=setup, now=now).pending


def switch_off(db: Session, user_id: int, *, by: int, now: datetime) -> frozenset[int] | None:
    """Silence the bot for this person; what they write goes to staff. None if it was off already."""
    off = update(_USERS).where(_USERS.c.id == user_id, _USERS.c.bot_off_since.is_(None))
    if db.scalar(off.values(bot_off_since=now, bot_off_by=by).returning(_USERS.c.id)) is None:
        _must_exist(db, user_id)
        return None
    _record(db, user_id, by, on=False, now=now)
    return _refresh_alerts(db, user_id)


def _refresh_alerts(db: Session, user_id: int) -> frozenset[int]:
    """The alerts of the person's last request show whether the bot is on."""
    latest = select(_REQUESTS.c.id).where(_REQUESTS.c.user_id == user_id).order_by(_REQUESTS.c.id.desc()).limit(1)
    request_id = db.scalar(latest)
    return frozenset() if request_id is None else outgoing_queue.stale(db, request_id)


def _record(db: Session, user_id: int, by: int | None, *, on: bool, now: datetime) -> None:
    action, before, after = ("user.bot_on", "off", "on") if on else ("user.bot_off", "on", "off")
    audit.record(db, actor_id=by, action=action, target=f"user {user_id}", before=before, after=after, now=now)


def _must_exist(db: Session, user_id: int) -> None:
    if db.scalar(select(_USERS.c.id).where(_USERS.c.id == user_id)) is None:
        raise Refusal("refusals.unknown_user", user=str(user_id))
