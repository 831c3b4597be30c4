"""Which commands a person sees: the most specific scope that has any, their language first within a scope."""

from __future__ import annotations

from functools import partial
from typing import Any

from sandbox.bus import touch
from sandbox.errors import bad
from sandbox.members import rules
from sandbox.shapes import JSON, Chat, Group, Person
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
    if number is None or not (world.met(number) or number in world.groups):
        raise bad("chat not found")
    if kind != "chat" and number not in world.groups:
        raise bad(f"can't use specified scope in private chats: {kind}")
    if kind == "chat_member":
        return f"{kind}:{number}:{whole(scope.get('user_id')) or 0}"
    return f"{kind}:{number}"


def seen_by(world: World, chat: Chat) -> list[JSON]:
    """The commands this person's client offers."""
    return _first(world, chat.person, [f"chat:{chat.id}", "all_private_chats", "default"])


def seen_in(world: World, group: Group, person: Person) -> list[JSON]:
    """The commands this person's client offers in a group."""
    ruling = rules(group, person.id)
    scopes = [f"chat_member:{group.id}:{person.id}"]
    scopes += [f"chat_administrators:{group.id}"] if ruling else []
    scopes += [f"chat:{group.id}"]
    scopes += ["all_chat_administrators"] if ruling else []
    return _first(world, person, [*scopes, "all_group_chats", "default"])


def _first(world: World, person: Person, scopes: list[str]) -> list[JSON]:
    language = person.language_code.partition("-")[0]
    for scope in scopes:
        for wanted in (language, "") if language else ("",):
            commands = world.profile.commands.get((scope, wanted))
            if commands:
                return commands
    return []


def tell_everybody(world: World) -> None:
    """The commands have changed: each person's client may offer others now."""
    world.changes += 1
    for chat in world.chats.values():
        touch(chat)
        world.bus.tell(chat.person.id, partial(_event, world, chat))


def _event(world: World, chat: Chat) -> JSON:
    return {"type": "commands", "person": chat.person.id, "commands": seen_by(world, chat)}
