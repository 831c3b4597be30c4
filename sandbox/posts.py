"""Messages in groups, written by anybody in them; the bot gets those it may see."""

from __future__ import annotations

from sandbox import render
from sandbox.privacy import seen_by_bot
from sandbox.shapes import JSON, Group, Message
from sandbox.world import World


def post(
    world: World, group: Group, by: int, content: JSON, reply_to: int = 0, thread: int = 0, number: int = 0
) -> Message:
    """A message of `by`, who may be the bot itself; `number` is its id where that was needed before."""
    if by == world.bot_id:
        return world.say(group, content, reply_to=reply_to, thread=thread, number=number)
    message = Message(
        number or world.number(group), world.now(), False, content, reply_to=reply_to, sender=by, thread=thread
    )
    world.enter(group, message)
    tell_bot(world, "message", group, message)
    return message


def tell_bot(world: World, kind: str, group: Group, message: Message) -> None:
    """An update about a message of a group, if the bot may see it; a channel's has a name of its own."""
    if group.channel:
        kind = {"message": "channel_post", "edited_message": "edited_channel_post"}[kind]
    if seen_by_bot(group, message, world.bot_card, world.settings.privacy):
        world.updates.add(kind, render.message(world, group, message), group.id)
