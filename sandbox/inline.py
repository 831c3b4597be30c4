"""Inline queries: a person types the bot's name and some words in any chat, and chooses among what it offers."""

from __future__ import annotations

from sandbox import render
from sandbox.access import refuse_place
from sandbox.errors import PersonRefused, Refused
from sandbox.inline_ids import inline_id
from sandbox.members import is_inside
from sandbox.posts import tell_bot
from sandbox.shapes import JSON, Group, InlineQuery, Message, Room
from sandbox.world import World

QUERY_LIMIT = 256
KEPT = 1_000


def ask(world: World, room: Room, person_id: int, text: str, offset: str = "") -> InlineQuery:
    """Ask the bot; what it answered before, and may be kept, is offered without asking it again."""
    if not world.settings.inline:
        raise PersonRefused("This bot has no inline mode.")
    query = InlineQuery(world.query_ids.next(), person_id, room.id, text[:QUERY_LIMIT], offset, world.clock())
    world.inline[query.id] = query
    if len(world.inline) > KEPT:
        world.inline.popitem(last=False)
    query.answer = _kept(world, query)
    if query.answer is None:
        kind = room.chat_card["type"] if isinstance(room, Group) else "sender"
        content = {"id": str(query.id), "from": world.user_card(person_id), "chat_type": kind}
        world.updates.add("inline_query", {**content, "query": query.text, "offset": offset}, person_id)
    return query


def offer(world: World, query: InlineQuery, answer: JSON, cache_seconds: int, personal: bool) -> None:
    """The bot answers; everybody who asks the same gets the same until the cache ends, unless it is personal."""
    query.answer = answer
    if cache_seconds > 0:
        key = (query.text, query.offset, query.person_id if personal else 0)
        world.inline_cache[key] = (world.clock() + cache_seconds, answer)
    event = {"type": "inline", "person": query.person_id, "query_id": query.id}
    world.changed(world.room(query.chat_id), lambda: event)


def shown(query: InlineQuery) -> JSON:
    """What the person sees: the results without what they would send."""
    if query.answer is None:
        return {"query_id": query.id, "answered": False}
    names = ("id", "type", "title", "description")
    results = [{name: one["card"][name] for name in names if name in one["card"]} for one in query.answer["results"]]
    rest = {name: query.answer[name] for name in ("next_offset", "button") if query.answer.get(name)}
    return {"query_id": query.id, "answered": True, "results": results, **rest}


def choose(world: World, query: InlineQuery, result_id: str, room: Room, thread: int = 0) -> Message:
    """Send a result as the person's own message through the bot; the bot hears of it where feedback is on."""
    chosen = next((one for one in (query.answer or {}).get("results", []) if one["card"]["id"] == result_id), None)
    if chosen is None:
        raise PersonRefused("The bot has not offered this.", 404)
    message = _sent(world, query, chosen, room, thread)
    world.enter(room, message)
    if isinstance(room, Group):
        tell_bot(world, "message", room, message)
    else:
        world.updates.add("message", render.message(world, room, message), room.id)
    if world.settings.inline_feedback:
        told: JSON = {"result_id": result_id, "from": world.user_card(query.person_id), "query": query.text}
        if message.inline:
            told["inline_message_id"] = inline_id(room, message)
        world.updates.add("chosen_inline_result", told, query.person_id)
    return message


def _sent(world: World, query: InlineQuery, chosen: JSON, room: Room, thread: int) -> Message:
    sender = 0
    if isinstance(room, Group):
        sender = query.person_id
        if not is_inside(room, sender):
            raise PersonRefused("This person is not in the group.")
        _check_place(room, sender, thread)
    content = {"via_bot": world.bot_card, **chosen["content"]}
    number, inline = world.number(room), chosen["inline"]
    return Message(number, world.now(), False, content, inline=inline, sender=sender, thread=thread)


def _check_place(group: Group, person_id: int, thread: int) -> None:
    try:
        refuse_place(group, person_id, thread)
    except Refused as refused:
        raise PersonRefused("This topic is closed.") from refused


def _kept(world: World, query: InlineQuery) -> JSON | None:
    for person_id in (query.person_id, 0):
        until, answer = world.inline_cache.get((query.text, query.offset, person_id), (0.0, None))
        if answer is not None and until > world.clock():
            return answer
    return None
