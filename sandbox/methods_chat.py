"""Looking at chats and members; pins and reactions."""

from __future__ import annotations

from typing import Any

from sandbox import render
from sandbox.call import Call
from sandbox.errors import bad
from sandbox.registry import method
from sandbox.shapes import JSON

GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)


@method("getChat")
def get_chat(call: Call) -> JSON:
    """All about a private chat."""
    chat = call.known_chat()
    full: JSON = {**chat.chat_card, "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": GIFTS}
    if chat.person.username:
        full["active_usernames"] = [chat.person.username]
    if chat.pinned:
        full["pinned_message"] = render.message(call.world, chat, chat.messages[chat.pinned[-1]])
    return full


@method("getChatMember")
def get_chat_member(call: Call) -> JSON:
    """A member of a private chat: the person or the bot."""
    chat = call.known_chat()
    user_id = call.integer("user_id")
    if user_id == chat.person.id:
        return {"status": "member", "user": chat.user_card}
    if user_id == call.world.bot_id:
        return bot_as_member(call.world.bot_card, not chat.person.blocked)
    raise bad("user not found")


def bot_as_member(bot: JSON, inside: bool) -> JSON:
    """The bot as ChatMember of a private chat; outside means blocked."""
    if inside:
        return {"status": "member", "user": bot}
    return {"status": "kicked", "user": bot, "until_date": 0}


@method("getUserProfilePhotos")
def get_user_profile_photos(call: Call) -> JSON:
    """People have no profile pictures here."""
    if call.integer("user_id") not in call.world.chats:
        raise bad("user not found")
    return {"total_count": 0, "photos": []}


@method("pinChatMessage")
def pin_chat_message(call: Call) -> bool:
    """Pin a message; a private chat shows the last one pinned."""
    chat = call.chat()
    message = call.message(chat, "pin")
    chat.pinned = [number for number in chat.pinned if number != message.id] + [message.id]
    call.world.say(chat, {"pinned_message": render.message(call.world, chat, message, with_reply=False)})
    return True


@method("unpinChatMessage")
def unpin_chat_message(call: Call) -> bool:
    """Unpin a message, without an id the last one pinned."""
    chat = call.chat()
    number = call.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if number not in chat.pinned:
        raise bad("message to unpin not found")
    chat.pinned.remove(number)
    call.world.changes += 1
    return True


@method("unpinAllChatMessages")
def unpin_all_chat_messages(call: Call) -> bool:
    """Unpin everything."""
    call.chat().pinned.clear()
    call.world.changes += 1
    return True


@method("setMessageReaction")
def set_message_reaction(call: Call) -> bool:
    """Set the bot's reaction to a message, at most one, or take it away."""
    chat = call.chat()
    number = call.integer("message_id")
    if number not in chat.messages:
        raise bad("message to react not found")
    given: Any = call.json("reaction", "reaction types") or []
    if not isinstance(given, list) or not all(isinstance(one, dict) and one.get("emoji") for one in given):
        raise bad("REACTION_INVALID")
    if len(given) > 1:
        raise bad("REACTIONS_TOO_MANY")
    chat.reactions[number] = given
    call.world.edit(chat, chat.messages[number])
    return True
