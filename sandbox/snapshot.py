"""The world as one JSON value, and back."""

from __future__ import annotations

from dataclasses import asdict, astuple
from typing import Any

from sandbox.shapes import JSON, Chat, Message, Person, Query, StoredFile
from sandbox.updates import Pending
from sandbox.webhook import Address
from sandbox.world import World

_MESSAGE = ("id", "date", "outgoing", "content", "edit_date", "reply_to", "inline", "fixed")


def take(world: World) -> JSON:
    """Everything worth keeping."""
    profile = world.profile
    return {
        "chats": [_chat(chat) for chat in world.chats.values()],
        "files": [asdict(stored) for stored in world.files.all()],
        "queries": [asdict(query) for query in world.queries.values()],
        "updates": [[p.id, p.chat_id, p.expires, p.payload] for p in world.updates],
        "allowed": world.updates.allowed,
        "webhook": astuple(world.webhook.address) if world.webhook.address else None,
        "names": profile.names,
        "descriptions": profile.descriptions,
        "short_descriptions": profile.short_descriptions,
        "commands": [[scope, language, found] for (scope, language), found in profile.commands.items()],
        "menus": list(profile.menus.items()),
    }


def restore(world: World, kept: JSON) -> None:
    """Fill a new world from what `take` gave; nothing happens where nothing was kept."""
    if not kept:
        return
    for one in kept["chats"]:
        _restore_chat(world, one)
    for one in kept["files"]:
        world.files.know(StoredFile(**one))
    world.queries.update((one["id"], Query(**one)) for one in kept["queries"])
    _restore_profile(world, kept)
    world.updates.allowed = kept["allowed"]
    for number, chat_id, expires, payload in kept["updates"]:
        world.updates.put(Pending(number, chat_id, expires, payload))
    if kept["webhook"]:
        world.webhook.set(Address(*kept["webhook"]))


def _chat(chat: Chat) -> JSON:
    return {
        "person": asdict(chat.person),
        "messages": [[getattr(message, name) for name in _MESSAGE] for message in chat.messages.values()],
        "deleted": list(chat.deleted),
        "keyboard": chat.keyboard,
        "pinned": chat.pinned,
        "reactions": list(chat.reactions.items()),
        "revision": chat.revision,
    }


def _restore_chat(world: World, kept: JSON) -> None:
    chat = world.add_person(Person(**kept["person"]))
    messages = (Message(*values) for values in kept["messages"])
    chat.messages = {message.id: message for message in messages}
    chat.deleted = set(kept["deleted"])
    chat.keyboard = kept["keyboard"]
    chat.pinned = kept["pinned"]
    chat.reactions = _by_number(kept["reactions"])
    chat.revision = kept["revision"]


def _restore_profile(world: World, kept: JSON) -> None:
    profile = world.profile
    profile.names, profile.descriptions = kept["names"], kept["descriptions"]
    profile.short_descriptions = kept["short_descriptions"]
    profile.commands = {(scope, language): found for scope, language, found in kept["commands"]}
    profile.menus = _by_number(kept["menus"])
    world.name_bot(profile.names.get("") or world.settings.name)


def _by_number(pairs: list[list[Any]]) -> dict[int, Any]:
    return {int(number): value for number, value in pairs}
