"""Looking at private chats and groups; pins."""

from __future__ import annotations

from sandbox import render
from sandbox.call import Call
from sandbox.errors import bad
from sandbox.members import may, member_card
from sandbox.methods_chat_info import permissions_card
from sandbox.registry import method
from sandbox.shapes import JSON, Chat, Group, Room

GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)


@method("getChat")
def get_chat(call: Call) -> JSON:
    """All about a chat."""
    chat = call.known_chat()
    full: JSON = {**chat.chat_card, "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": GIFTS}
    if isinstance(chat, Group):
        full |= _about(call, chat)
    if "username" in chat.chat_card:
        full["active_usernames"] = [chat.chat_card["username"]]
    if chat.pinned:
        full["pinned_message"] = render.message(call.world, chat, chat.messages[chat.pinned[-1]])
    return full


def _about(call: Call, group: Group) -> JSON:
    """What only a group or channel has: description, picture, permissions, the link the bot exported."""
    about: JSON = {} if group.channel else {"permissions": permissions_card(group)}
    if group.description:
        about["description"] = group.description
    if group.photo:
        sizes = call.world.files.photo(group.photo)
        ends = (("small", sizes[0]), ("big", sizes[-1]))
        about["photo"] = {f"{size}_{name}": one[name] for size, one in ends for name in _IDS}
    primary = next((link for link in group.links.values() if link["is_primary"] and not link["is_revoked"]), None)
    if primary and may(group, call.world.bot_id, "can_invite_users"):
        about["invite_link"] = primary["invite_link"]
    return about


_IDS = ("file_id", "file_unique_id")


@method("getChatMember")
def get_chat_member(call: Call) -> JSON:
    """Somebody's place in a chat."""
    chat = call.known_chat()
    user_id = call.integer("user_id")
    if isinstance(chat, Group):
        if user_id != call.world.bot_id and user_id not in call.world.chats:
            raise bad("PARTICIPANT_ID_INVALID")
        return member_card(call.world, chat, user_id)
    if user_id == chat.id:
        return {"status": "member", "user": chat.user_card}
    if isinstance(chat, Chat) and user_id == call.world.bot_id:
        return bot_as_member(call.world.bot_card, not chat.person.blocked)
    raise bad("user not found")


def bot_as_member(bot: JSON, inside: bool) -> JSON:
    """The bot as ChatMember of a private chat; outside means blocked."""
    if inside:
        return {"status": "member", "user": bot}
    return {"status": "kicked", "user": bot, "until_date": 0}


@method("pinChatMessage")
def pin_chat_message(call: Call) -> bool:
    """Pin a message; a chat shows the last one pinned."""
    chat = _pinnable(call)
    message = call.message(chat, "pin")
    chat.pinned = [number for number in chat.pinned if number != message.id] + [message.id]
    shown = render.message(call.world, chat, message, with_reply=False)
    call.world.say(chat, {"pinned_message": shown}, thread=message.thread)
    return True


@method("unpinChatMessage")
def unpin_chat_message(call: Call) -> bool:
    """Unpin a message, without an id the last one pinned."""
    chat = _pinnable(call)
    number = call.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if number not in chat.pinned:
        raise bad("message to unpin not found")
    return _keep_pinned(call, chat, [other for other in chat.pinned if other != number])


@method("unpinAllChatMessages")
def unpin_all_chat_messages(call: Call) -> bool:
    """Unpin everything."""
    return _keep_pinned(call, _pinnable(call), [])


@method("unpinAllForumTopicMessages")
def unpin_all_forum_topic_messages(call: Call) -> bool:
    """Unpin everything of one topic."""
    return _unpin_topic(call, call.integer("message_thread_id"))


@method("unpinAllGeneralForumTopicMessages")
def unpin_all_general_forum_topic_messages(call: Call) -> bool:
    """Unpin everything in General."""
    return _unpin_topic(call, 0)


def _unpin_topic(call: Call, thread: int) -> bool:
    chat = _pinnable(call)
    return _keep_pinned(call, chat, [number for number in chat.pinned if chat.messages[number].thread != thread])


def _keep_pinned(call: Call, chat: Room, pinned: list[int]) -> bool:
    chat.pinned = pinned
    call.world.changed(chat, lambda: {"type": "pinned", chat.side: chat.id, "pinned": pinned})
    return True


def _pinnable(call: Call) -> Room:
    chat = call.chat()
    right = "can_edit_messages" if isinstance(chat, Group) and chat.channel else "can_pin_messages"
    if isinstance(chat, Group) and not may(chat, call.world.bot_id, right):
        raise bad("not enough rights to manage pinned messages in the chat")
    return chat
