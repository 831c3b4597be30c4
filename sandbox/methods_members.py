"""Who is in a group, and leaving it."""

from __future__ import annotations

from sandbox.call import Call
from sandbox.errors import bad
from sandbox.members import is_inside, member_card, place, rules
from sandbox.registry import method
from sandbox.shapes import JSON, Group


@method("getChatAdministrators")
def get_chat_administrators(call: Call) -> list[JSON]:
    """The creator and the administrators."""
    group = _group(call, "there are no administrators in the private chat")
    return [member_card(call.world, group, user_id) for user_id in group.members if rules(group, user_id)]


@method("getChatMemberCount")
def get_chat_member_count(call: Call) -> int:
    """How many are in a chat, the bot included."""
    chat = call.known_chat()
    return sum(is_inside(chat, user_id) for user_id in chat.members) if isinstance(chat, Group) else 2


@method("leaveChat")
def leave_chat(call: Call) -> bool:
    """The bot goes."""
    group = _group(call, "chat member status can't be changed in private chats")
    place(call.world, group, call.world.bot_id, "left", (), call.world.bot_id)
    return True


def _group(call: Call, otherwise: str) -> Group:
    chat = call.known_chat()
    if not isinstance(chat, Group):
        raise bad(otherwise)
    return chat
