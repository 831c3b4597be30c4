"""Whether the bot can work in a group: it has topics, and the bot is an administrator who may rule them."""

from __future__ import annotations

from telegram.error import TelegramError

from bot.wire import Call, Wire

#: What the bot needs; deleting lets it take away what it put there.
RIGHTS = ("can_manage_topics", "can_pin_messages")


async def problem(wire: Wire, chat_id: int, bot_id: int) -> str | None:
    """The wording that says what is missing; None: nothing."""
    try:
        chat = await wire.call(Call("getChat", {"chat_id": chat_id}))
        member = await wire.call(Call("getChatMember", {"chat_id": chat_id, "user_id": bot_id}))
    except TelegramError:
        return "support_topics.not_reachable"
    if not chat.get("is_forum"):
        return "support_topics.no_topics"
    if member.get("status") != "administrator" or not all(member.get(right) for right in RIGHTS):
        return "support_topics.no_rights"
    return None
