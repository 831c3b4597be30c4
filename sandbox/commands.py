"""Which commands a person sees: the most specific scope that has any, their language first within a scope."""

from __future__ import annotations

from functools import partial
from typing import Any

from sandbox.errors import bad
from sandbox.shapes import JSON, Chat
from sandbox.whole import whole
from sandbox.world import World

PLAIN = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
OF_A_CHAT = frozenset({"chat", "chat_administrators", "chat_member"})


def scope_key(world: World, scope: Any) -> str:
    """One word for a BotCommandScope; raises Refused where there is no such scope or chat."""
    if scope is None:
        return "default"
    kind = scope.get("type") if isinstance(scope, dict) else None
    if kind in PLAIN:
        return str(kind)
    if kind not in OF_A_CHAT:
        raise bad("can't parse BotCommandScope: Unsupported type specified")
    number = whole(scope.get("chat_id"))
    if number is None or not world.met(number):
        raise bad("chat not found")
    if kind != "chat":
        raise bad(f"can't use specified scope in private chats: {kind}")
    return f"chat:{number}"


def seen_by(world: World, chat: Chat) -> list[JSON]:
    """The commands this person's client offers."""
    language = chat.person.language_code.partition("-")[0]
    for scope in (f"chat:{chat.person.id}", "all_private_chats", "default"):
        for wanted in (language, "") if language else ("",):
            commands = world.profile.commands.get((scope, wanted))
            if commands:
                return commands
    return []


def tell_everybody(world: World) -> None:
    """The commands have changed: each person's client may offer others now."""
    world.changes += 1
    for chat in world.chats.values():
        world.bus.tell(chat.person.id, partial(_event, world, chat))


def _event(world: World, chat: Chat) -> JSON:
    return {"type": "commands", "person": chat.person.id, "commands": seen_by(world, chat)}
