"""What another server answered: its fields become variables, and the chain that waited for it goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from random import random

from bot.flow.accept import read_value
from bot.flow.actions import Http
from bot.flow.effects import Call, Failed, Say
from bot.flow.inputs import MAX_LENGTH
from bot.flow.markup import clean, escape
from bot.flow.perform import Stop, perform
from bot.flow.person import Known, Person, Place
from bot.flow.phrases import ENGLISH, Phrases
from bot.flow.schema import Block, Flow
from bot.flow.travel import follow, go_on
from bot.flow.turn import Turn, finish
from bot.flow.walk import Walk, as_text
from bot.rules import Type

#: Numbers of servers are kept up to where a float tells neighbours apart.
_LARGEST = 10**15
_GONE = "the call whose answer came is not in this version of the flow"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered, or why it did not. `body` is a JSON value or a text."""

    ok: bool
    body: object = None
    #: For the operator's log, where it failed.
    reason: str = ""


def answered(
    flow: Flow,
    place: Place,
    person: Person,
    call: Call,
    answer: Answer,
    *,
    chance: Callable[[], float] = random,
    phrases: Phrases = ENGLISH,
    silent: bool = False,
) -> Turn:
    """The answer to a call. Who has moved on, or talks with staff (`silent`), has the values stored and no more."""
    walk = Walk(flow, person, place, phrases, chance, hops=call.hops + 1)
    action, block = flow.calls.get(call.id), flow.blocks.get(place.block or "")
    waits = block is not None and place.block == call.block and not silent
    if action is None:
        walk.effects.append(Failed(_GONE, call.block))
        if waits:
            walk.say_text(escape(phrases.unreachable))
        return Turn(walk.place, tuple(walk.effects))
    if not answer.ok:
        walk.effects.append(Failed(answer.reason or "another server did not answer", call.block))
    _keep(walk, action, answer)
    if block is None or not waits:
        return Turn(walk.place, tuple(walk.effects))
    here = block
    return finish(walk, place, lambda: _go_on(walk, here, action, call, answer))


def _go_on(walk: Walk, block: Block, action: Http, call: Call, answer: Answer) -> None:
    """Run the list for this outcome, then go where the call's place leads."""
    if not answer.ok:
        if not action.otherwise:
            walk.say_text(escape(walk.phrases.unreachable))
        # What follows would promise what did not happen.
        follow(walk, block, perform(walk, action.otherwise, call.onward) or Stop.STAY, None)
        return
    outcome = perform(walk, action.then, call.onward)
    to = call.onward if call.onward in walk.flow.blocks and call.onward != block.to else None
    if outcome is None and to is None:
        to = go_on(walk, block)
    if outcome is not None or to is not None or any(isinstance(one, Say) for one in walk.effects):
        follow(walk, block, outcome, to)


def _keep(walk: Walk, action: Http, answer: Answer) -> None:
    """Store what was asked for; what the answer does not have is not set afterwards."""
    for name, way in action.store if answer.ok else ():
        value = _fitting(walk, name, _find(answer.body, way))
        if value is None:
            walk.forget(name)
        else:
            walk.remember(name, value)


def _find(body: object, way: tuple[str, ...]) -> object:
    for key in way:
        match body:
            case dict():
                body = body.get(key)
            case list() if key.isascii() and key.isdecimal() and len(key) < 6 and int(key) < len(body):
                body = body[int(key)]
            case _:
                return None
    return body


def _fitting(walk: Walk, name: str, found: object) -> Known | None:
    """A JSON value as the variable's type; None where it does not fit. Tables and lists are not kept."""
    type_ = walk.type_of(name)
    if isinstance(found, bool | int | float):
        if abs(found) >= _LARGEST or not isfinite(found):
            return None
        known: Known = found if isinstance(found, bool) else float(found)
        if (type_ is Type.BOOLEAN) is isinstance(found, bool) and type_ in {Type.BOOLEAN, Type.NUMBER}:
            return known
        found = as_text(known)
    if not isinstance(found, str):
        return None
    written = clean(found)[:MAX_LENGTH].strip()
    return read_value(written, type_, "en", walk.now, walk.phrases) if written else None
