"""Albums that people send: Telegram brings their parts one by one, and they count as one answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeGuard

from bot.flow.connections import Connection
from bot.flow.display import ALBUM_LIMIT
from bot.flow.heard import Heard, Shared
from bot.flow.person import Place
from bot.flow.turn import Turn
from bot.flow.walk import Walk


def is_rest_of_album(heard: Heard, place: Place) -> TypeGuard[Shared]:
    """Whether this is a further part of the album that came last."""
    return isinstance(heard, Shared) and heard.album is not None and heard.album == place.album


def taken(place: Place, connection: Connection) -> Place:
    """The place once the first part was the answer that a connection waited for."""
    if place.album is None or connection.input is None:
        return place
    return replace(place, collects=connection.input.store or "")


def collect(walk: Walk, part: Shared) -> Turn:
    """Keep a further part with the first, and say nothing: the album was answered with its first part."""
    name = walk.place.collects
    kept = walk.value(name) if name else None
    if name and part.value and isinstance(kept, str) and len(kept.split()) < ALBUM_LIMIT:
        walk.remember(name, f"{kept} {part.value}")
    return Turn(walk.place, tuple(walk.effects))
