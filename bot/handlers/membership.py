"""People who block the bot, and who let it write again."""

from __future__ import annotations

from telegram import Chat, ChatMember, Update

from bot import visits
from bot.handlers import group
from bot.handlers.other import on_other
from bot.house import Context


async def on_membership(update: Update, context: Context) -> None:
    """The bot's own place in a private chat has changed."""
    changed = update.my_chat_member
    assert changed is not None
    group_id = context.house.setup.support.group_id
    if group_id and changed.chat.id == group_id:
        await group.on_place(update, context)
        return
    if changed.chat.type != Chat.PRIVATE:
        await on_other(update, context)
        return
    gone = changed.new_chat_member.status in (ChatMember.BANNED, ChatMember.LEFT)
    await context.turn(update, visits.blocked, changed.from_user.id, gone)
