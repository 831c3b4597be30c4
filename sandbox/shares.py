"""Choosing a group or people for a button that asks for them."""

from __future__ import annotations

from typing import Any

from sandbox.errors import PersonRefused
from sandbox.members import ADMIN_RIGHTS, is_inside, may, member_of, place
from sandbox.shapes import JSON, Chat, Group
from sandbox.world import World

MOST_USERS = 10


def asked_for(chat: Chat, kind: str, request_id: int) -> JSON:
    """What the button of this request asks for; raises PersonRefused where no such button is there."""
    for row in (chat.keyboard or {"rows": []})["rows"]:
        for button in row:
            if button.get(kind, {}).get("request_id") == request_id:
                return dict(button[kind])
    raise PersonRefused("There is no button that asks for this.")


def shared_chat(world: World, chat: Chat, request: JSON, group_id: int) -> JSON:
    """The content of the message that tells which group was chosen."""
    group = world.groups.get(group_id)
    if group is None or not is_inside(group, chat.id):
        raise PersonRefused("This person is in no such group.", 404)
    if not fits(group, chat.id, request):
        raise PersonRefused("This group is not what the button asks for.")
    _let_in(world, group, chat.id, request)
    shared: JSON = {"request_id": request["request_id"], "chat_id": group.id}
    if request.get("request_title"):
        shared["title"] = group.title
    return {"chat_shared": shared}


def fits(group: Group, person_id: int, request: JSON) -> bool:
    """Whether a client would offer this group: its kind, and the person's rights in it."""
    if group.migrated_to or request.get("chat_is_channel"):
        return False
    wanted = {"chat_is_forum": group.forum, "chat_has_username": bool(group.username)}
    if any(name in request and bool(request[name]) is not has for name, has in wanted.items()):
        return False
    if request.get("chat_is_created") and member_of(group, person_id).status != "creator":
        return False
    return all(may(group, person_id, right) for right in _rights(request.get("user_administrator_rights")))


def _let_in(world: World, group: Group, person_id: int, request: JSON) -> None:
    """A client adds the bot, with the rights asked for, where the person may do that."""
    rights = _rights(request.get("bot_administrator_rights"))
    present = member_of(group, world.bot_id)
    if rights - present.rights and present.status != "creator":
        if not may(group, person_id, "can_promote_members"):
            raise PersonRefused("This person may not make the bot an administrator.")
        place(world, group, world.bot_id, "administrator", rights | present.rights | {"can_manage_chat"}, person_id)
    elif request.get("bot_is_member") and not is_inside(group, world.bot_id):
        place(world, group, world.bot_id, "member", (), person_id)


def _rights(given: Any) -> frozenset[str]:
    return frozenset(name for name in ADMIN_RIGHTS if isinstance(given, dict) and given.get(name))


def shared_users(world: World, request: JSON, user_ids: list[int]) -> JSON:
    """The content of the message that tells who was chosen."""
    if not 1 <= len(user_ids) <= min(int(request.get("max_quantity") or 1), MOST_USERS):
        raise PersonRefused("The button asks for another number of people.")
    if any(user_id not in world.chats for user_id in user_ids):
        raise PersonRefused("There is no such person.", 404)
    return {
        "users_shared": {"request_id": request["request_id"], "users": [_shared(world, u, request) for u in user_ids]}
    }


def _shared(world: World, user_id: int, request: JSON) -> JSON:
    card, out = world.user_card(user_id), {"user_id": user_id}
    if request.get("request_name"):
        out |= {name: card[name] for name in ("first_name", "last_name") if name in card}
    if request.get("request_username") and "username" in card:
        out["username"] = card["username"]
    return out
