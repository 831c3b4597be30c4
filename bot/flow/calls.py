"""What is sent to another server, with a person's values in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time

from bot.flow.actions import Http
from bot.flow.display import address, written
from bot.flow.effects import Call
from bot.flow.walk import TooManyStepsError, Walk, to_value
from bot.flow.wording import Json, Slot, Text, fill_plain

#: Calls to other servers in a row without the person doing anything; more are a loop.
MAX_HOPS = 10


def call_of(walk: Walk, action: Http, onward: str | None) -> Call:
    """The call that an action wants made. Raises TooManyStepsError where calls only lead to further calls."""
    if walk.hops >= MAX_HOPS:
        raise TooManyStepsError
    url, body = address(walk, action.url), _filled(walk, action.body)
    return Call(action.id, action.method, url, body, walk.place.block or walk.flow.start, onward, walk.hops)


def _filled(walk: Walk, body: Json) -> object:
    """A JSON value with values in their places; a text that is one place alone has the value's own type."""
    match body:
        case Text():
            return _text(walk, body)
        case tuple():
            return [_filled(walk, one) for one in body]
        case Mapping():
            return {key: _filled(walk, one) for key, one in body.items()}
    return body


def _text(walk: Walk, text: Text) -> object:
    parts = text.parts(walk.person.language)
    if len(parts) == 1 and isinstance(parts[0], Slot) and not (parts[0].default or parts[0].forms):
        return _own(walk, parts[0].name)
    return fill_plain(text, walk.person.language, lambda name: written(walk, name))


def _own(walk: Walk, name: str) -> object:
    value = walk.known(name)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return to_value(value) if isinstance(value, date | time | str | bool | float) else None
