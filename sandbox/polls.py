"""Polls end in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.shapes import Message, Room

if TYPE_CHECKING:
    from sandbox.world import World


def settle(world: World, room: Room, message: Message) -> None:
    """A poll whose time is over is closed, as soon as somebody looks at it."""
    poll = message.content.get("poll")
    if poll and not poll["is_closed"] and 0 < poll.get("close_date", 0) <= world.clock():
        close(world, room, message)


def close(world: World, room: Room, message: Message) -> None:
    """Nobody votes any more; the bot hears of it where the poll is its own."""
    message.content = {**message.content, "poll": {**message.content["poll"], "is_closed": True}}
    world.edit(room, message)
    if message.outgoing:
        world.updates.add("poll", message.content["poll"], room.id)
