"""Carrying out what the engine wants done: variables, tags, the log, requests and the new place, in few statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Row, bindparam, delete, update
from sqlalchemy.orm import Session

from bot.flow.content import Content
from bot.flow.effects import (
    AskStaff,
    Call,
    Effect,
    Failed,
    Forget,
    Notify,
    Remember,
    Say,
    Subscribe,
    Tag,
    Typing,
    Unanswered,
    Unsubscribe,
    Untag,
    Value,
    Wake,
)
from bot.flow.engine import Turn
from bot.flow.inputs import InputType
from bot.flow.markup import escape
from bot.flow.person import Place
from bot.flow.schema import Flow
from bot.rules import fold
from bot.services import (
    calls,
    flows_failed,
    messages,
    push_topics,
    requests_open,
    sql,
    support_closed,
    variables,
    waits,
)
from bot.services.messages import Line
from bot.services.outgoing_letter import Letter
from bot.services.outgoing_queue import ANSWERS, Relay, outgoing
from bot.services.outgoing_take import written
from bot.services.people_scene import PLACE_FIELDS, Scene
from bot.services.phrases import phrases
from bot.services.prepared import Prepared
from bot.services.requests_notify import notify, warn
from bot.services.setup import Setup
from bot.services.storable import storable
from bot.services.writes import Writes
from models import Place as PlaceRow
from models import User, UserTag

log = structlog.get_logger(__name__)

_USERS, _TAGS = sql.table(User), sql.table(UserTag)
#: Inputs whose answers are columns of `users` too.
_REACHED = {InputType.EMAIL: "email", InputType.PHONE: "phone"}


@dataclass(frozen=True, slots=True)
class Voice:
    """In whose name a turn speaks: the fields of the lines it writes."""

    author: str = "flow"
    author_id: int | None = None
    lane: int = ANSWERS


@dataclass(frozen=True, slots=True)
class Carried:
    """What a turn has left to be sent."""

    #: Whom there is something to send to.
    pending: frozenset[int]
    #: What was written for the person, in order, where all else that waits for them is at hand: nothing of it need be
    #: looked up.
    letters: tuple[Letter, ...] = ()


@dataclass(slots=True)
class Deeds:
    """What a turn's effects come to, sorted by the table they go to."""

    lines: list[Line]
    variables: dict[str, Value | None] = field(default_factory=dict)
    tags: dict[str, bool] = field(default_factory=dict)
    columns: dict[str, Any] = field(default_factory=dict)
    asked: list[AskStaff] = field(default_factory=list)
    #: Topics of pushes, and whether the person wants them.
    topics: list[tuple[str, bool]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    unanswered: list[Unanswered] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    wakes: list[Wake] = field(default_factory=list)
    typing: bool = False

    def concern_others(self) -> bool:
        """Whether more is to be told than the person is."""
        return bool(self.asked or self.notices or self.failed or self.calls or self.unanswered)


def carry_out(
    db: Session,
    user: Row[Any],
    scene: Scene,
    turn: Turn,
    heard: list[Line],
    *,
    voice: Voice,
    setup: Setup,
    now: datetime,
    writes: Writes | None = None,
) -> Carried:
    """Write what came of a turn, after the lines `heard` that led to it (then the person is here now).

    With `writes` the rows of many people are gathered there, and written when they are needed, or by the caller.
    """
    gathered, writes = writes is not None, writes or Writes(db)
    deeds = _sort(user.id, turn.effects, heard, voice)
    deeds.columns |= _reached_at(setup.flow, scene.place.block, deeds.variables)
    _write_values(db, writes, user.id, deeds, setup)
    _write_place(db, writes, user.id, scene, turn.place)
    waits.begin(db, user.id, deeds.wakes)
    if deeds.columns:
        db.execute(update(_USERS).where(_USERS.c.id == user.id).values(deeds.columns))
    for topic, wanted in deeds.topics:
        (push_topics.come_back if wanted else push_topics.leave)(db, user.id, topic, now)
    handed = bool(heard) and not scene.waiting and not deeds.concern_others()
    lines = _leased(_with_way(deeds.lines, turn), handed, setup, now)
    numbers = messages.append(writes, user, lines, now=now) if heard else messages.write(db, lines, now=now)
    if not (gathered and handed):
        writes.write()
    pending = frozenset({user.id} if any(line.state for line in deeds.lines) else ())
    trigger = Relay.of(heard[0], numbers[0]) if heard else Relay(user.id, user.last_message)
    if handed:
        letters = (written(line, number) for line, number in zip(lines, numbers, strict=True) if line.state)
        return Carried(pending, tuple(letters))
    return Carried(pending | _tell_others(db, user, deeds, trigger, setup, now))


def _tell_others(
    db: Session, user: Row[Any], deeds: Deeds, trigger: Relay, setup: Setup, now: datetime
) -> frozenset[int]:
    """What a turn comes to beyond the person's own lines. Returns whom there is something to send to."""
    pending = frozenset[int]()
    for ask in deeds.asked:
        pending |= _ask(db, user, ask, trigger, setup, now)
    for notice in deeds.notices:
        pending |= notify(db, user, notice, setup=setup, now=now)
    for failed in deeds.failed:
        pending |= flows_failed.report(db, failed, user.id, setup=setup, now=now)
    for call in deeds.calls:
        pending |= _call(db, user, call, setup, now)
    for _ in deeds.unanswered if user.muted_at is None else ():
        pending |= warn(db, user.id, setup=setup, now=now)
    return pending


def _leased(lines: list[Line], handed: bool, setup: Setup, now: datetime) -> list[Line]:
    """What is handed to the outbox of this worker is not sent by another one meanwhile (`bot.worker`)."""
    if not (handed and setup.lease):
        return lines
    until = now + timedelta(seconds=setup.lease)
    return [replace(line, due_at=until) if line.state else line for line in lines]


def _with_way(lines: list[Line], turn: Turn) -> list[Line]:
    """The first line keeps where the turn led, to be counted; a block that was opened from outside is no way."""
    if len(turn.way) < 2 or not lines:
        return lines
    return [replace(lines[0], way=" ".join(turn.way)), *lines[1:]]


def _sort(user_id: int, effects: tuple[Effect, ...], heard: list[Line], voice: Voice) -> Deeds:
    deeds = Deeds(list(heard))
    for effect in effects:
        match effect:
            case Say(content):
                deeds.lines.append(_said(user_id, content, voice, deeds))
            case Remember(name, value):
                deeds.variables[name] = value
            case Forget(name):
                deeds.variables[name] = None
            case Tag(name) | Untag(name):
                deeds.tags[fold(name)] = isinstance(effect, Tag)
            case AskStaff():
                deeds.asked.append(effect)
            case _:
                _sort_rare(user_id, effect, deeds)
    return deeds


def _sort_rare(user_id: int, effect: Effect, deeds: Deeds) -> None:
    match effect:
        case Notify(text):
            deeds.notices.append(text)
        case Unanswered():
            deeds.unanswered.append(effect)
        case Subscribe(topic) | Unsubscribe(topic):
            deeds.topics.append((fold(topic), isinstance(effect, Subscribe)))
        case Wake():
            deeds.wakes.append(effect)
        case Call():
            deeds.calls.append(effect)
        case Typing():
            deeds.typing = True
        case Failed(reason, block):
            log.warning("the flow could not go on", user=user_id, block=block, reason=reason)
            words = f"{reason} (block {block})" if block else reason
            deeds.lines.append(Line(user_id, "note", "system", "text", words))
            deeds.failed.append(effect)


def _said(user_id: int, content: Content, voice: Voice, deeds: Deeds) -> Line:
    """One message; a "typing …" before it is shown when it is sent."""
    more = {"typing": True} if deeds.typing else {}
    deeds.typing = False
    return outgoing(user_id, content, author=voice.author, author_id=voice.author_id, lane=voice.lane, more=more)


def _reached_at(flow: Flow, block: str | None, stored: Mapping[str, Value | None]) -> dict[str, str]:
    """An address or number that was asked for as such is also the person's own, whatever variable keeps it."""
    present = flow.blocks.get(block or "")
    connections = present.connections if present else ()
    asked = [(one.input.type, stored.get(one.input.store)) for one in connections if one.input and one.input.store]
    return {_REACHED[kind]: value for kind, value in asked if kind in _REACHED and isinstance(value, str)}


def _write_values(db: Session, writes: Writes, user_id: int, deeds: Deeds, setup: Setup) -> None:
    kept = {name: value for name, value in deeds.variables.items() if value is not None}
    variables.keep(writes, user_id, kept, setup.flow)
    variables.forget(db, user_id, deeds.variables.keys() - kept.keys())
    if on := [name for name, wanted in deeds.tags.items() if wanted and name]:
        rows = [{"user_id": user_id, "tag": name} for name in on]
        db.execute(sql.insert(sql.dialect(db), UserTag).on_conflict_do_nothing(), rows)
    if off := [name for name, wanted in deeds.tags.items() if not wanted]:
        db.execute(delete(_TAGS).where(_TAGS.c.user_id == user_id, _TAGS.c.tag.in_(off)))


def _write_place(db: Session, writes: Writes, user_id: int, scene: Scene, place: Place) -> None:
    if place == scene.place:
        return
    if scene.waits and place.block != scene.place.block:
        waits.moved_on(db, [user_id])
    values = {
        "user_id": user_id,
        "block": place.block,
        "failures": place.failures,
        "last_input": storable(place.last_input),
        "returns": list(place.returns),
        "album": place.album,
        "collects": place.collects,
    }
    writes.add(_PLACE, values)


def _place(dialect: str) -> Any:
    statement = sql.insert(dialect, PlaceRow).values({name: bindparam(name) for name in ("user_id", *PLACE_FIELDS)})
    changed = {name: statement.excluded[name] for name in PLACE_FIELDS}
    return statement.on_conflict_do_update(index_elements=["user_id"], set_=changed)


_PLACE = Prepared(_place)


def _ask(db: Session, user: Row[Any], ask: AskStaff, relay: Relay, setup: Setup, now: datetime) -> frozenset[int]:
    told = requests_open.ask(db, relay, text=storable(ask.text), block=ask.block, setup=setup, now=now)
    if not told:  # the last one of staff went in this very moment
        return _tell(db, user, phrases(user.language or setup.language).nobody, now)
    return told | support_closed.tell(db, user.id, user.language, setup=setup, now=now)


def _call(db: Session, user: Row[Any], call: Call, setup: Setup, now: datetime) -> frozenset[int]:
    if calls.queue(db, user.id, call, now):
        return frozenset()
    return _tell(db, user, phrases(user.language or setup.language).unreachable, now)


def _tell(db: Session, user: Row[Any], words: str, now: datetime) -> frozenset[int]:
    messages.write(db, [outgoing(user.id, Content(text=escape(words)), author="flow")], now=now)
    return frozenset({user.id})
