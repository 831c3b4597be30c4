"""What a group or channel is called, how it looks, and what its members may do."""

from __future__ import annotations

from typing import Any

from sandbox.attachments import new_file
from sandbox.call import Call
from sandbox.errors import bad
from sandbox.members import PERMISSIONS, allowed, may, rules
from sandbox.posts import post
from sandbox.registry import method
from sandbox.render import group_chat_card
from sandbox.shapes import JSON, Group

TITLE, DESCRIPTION = 128, 255
#: What a permission carries with it, unless use_independent_chat_permissions is asked for.
_IMPLIED = {
    "can_send_other_messages": PERMISSIONS[:8],
    "can_add_web_page_previews": PERMISSIONS[:8],
    "can_send_polls": ("can_send_messages",),
}


@method("setChatTitle")
def set_chat_title(call: Call) -> bool:
    """Another title, told with a service message."""
    group = _ruled(call, "can't change title of private chats", "change chat title")
    title = call.text("title").strip()
    if not title:
        raise bad("title must be non-empty")
    if title == group.title:
        raise bad("chat title is not modified")
    group.title = title[:TITLE]
    group.chat_card = group_chat_card(group)
    return _told(call, group, {"new_chat_title": group.title})


@method("setChatDescription")
def set_chat_description(call: Call) -> bool:
    """Up to 255 characters about the chat, or none; nobody is told."""
    group = _ruled(call, "can't change description of private chats", "set chat description")
    description = call.text("description").strip()
    if len(description) > DESCRIPTION:
        raise bad("chat description is too long")
    if description == group.description:
        raise bad("chat description is not modified")
    group.description = description
    call.world.tell_group(group)
    return True


@method("setChatPhoto")
def set_chat_photo(call: Call) -> bool:
    """A new picture, which must be uploaded."""
    group = _ruled(call, "can't change photo of private chats", "change chat photo")
    upload = call.uploads.get("photo")
    if upload is None:
        raise bad("there is no photo in the request")
    group.photo = new_file(call, "photo", upload).file_id
    return _told(call, group, {"new_chat_photo": call.world.files.photo(group.photo)})


@method("deleteChatPhoto")
def delete_chat_photo(call: Call) -> bool:
    """The picture goes."""
    group = _ruled(call, "can't change photo of private chats", "change chat photo")
    if not group.photo:
        raise bad("CHAT_NOT_MODIFIED")
    group.photo = ""
    return _told(call, group, {"delete_chat_photo": True})


@method("setChatPermissions")
def set_chat_permissions(call: Call) -> bool:
    """What members who are no administrators may do; what is not named is forbidden."""
    group = group_of(call, "can't change private chat permissions")
    if group.channel:
        raise bad("can't change channel chat permissions")
    if not may(group, call.world.bot_id, "can_restrict_members"):
        raise bad("not enough rights to change chat permissions")
    group.forbidden = frozenset(PERMISSIONS) - granted(call)
    call.world.tell_group(group)
    return True


def granted(call: Call) -> frozenset[str]:
    """The permissions of a call's ChatPermissions, with what some of them carry with them."""
    given: Any = call.json("permissions", "permissions")
    if not isinstance(given, dict):
        raise bad("can't parse permissions JSON object")
    named = {name for name in PERMISSIONS if given.get(name) is True}
    if not call.flag("use_independent_chat_permissions"):
        named |= {implied for name in named & _IMPLIED.keys() for implied in _IMPLIED[name]}
    return frozenset(named)


def permissions_card(group: Group) -> JSON:
    """A group's ChatPermissions."""
    return {name: name not in group.forbidden for name in PERMISSIONS}


def group_of(call: Call, otherwise: str) -> Group:
    """The group of the call; `otherwise` is the refusal for a private chat."""
    chat = call.known_chat()
    if not isinstance(chat, Group):
        raise bad(otherwise)
    return chat


def _ruled(call: Call, otherwise: str, what: str) -> Group:
    """The group, where the bot may change what it is called and how it looks."""
    group = group_of(call, otherwise)
    bot_id = call.world.bot_id
    ruling = rules(group, bot_id)
    rights = may(group, bot_id, "can_change_info") if ruling else allowed(group, bot_id, "can_change_info")
    if not rights or (group.channel and not ruling):
        raise bad(f"not enough rights to {what}")
    return group


def _told(call: Call, group: Group, service: JSON) -> bool:
    post(call.world, group, call.world.bot_id, service)
    call.world.tell_group(group)
    return True
