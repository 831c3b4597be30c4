"""Reactions to messages, of people and of the bot."""

from __future__ import annotations

from sandbox.members import rules
from sandbox.shapes import JSON, Group, Room
from sandbox.world import World

_NAMES = """
    ❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤\u200d🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐
    🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨\u200d💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾
    🤷\u200d♂ 🤷 🤷\u200d♀ 😡
"""
#: The emoji that Telegram accepts as reactions, without their variation selectors.
EMOJI = frozenset(_NAMES.split())
_SELECTOR = "\ufe0f"


def known(emoji: object) -> str:
    """The emoji as Telegram stores it, "" where it is none of those it accepts."""
    plain = emoji.replace(_SELECTOR, "") if isinstance(emoji, str) else ""
    return plain if plain in EMOJI else ""


def react(world: World, room: Room, message_id: int, user_id: int, emoji: str) -> None:
    """Set somebody's reaction to a message, or take it away (""); the bot hears of people's where it asked for it."""
    given = room.reactions.setdefault(message_id, {})
    old = given.get(user_id, [])
    new: list[JSON] = [{"type": "emoji", "emoji": emoji}] if emoji else []
    if new == old:
        return
    given[user_id] = new
    world.edit(room, room.messages[message_id])
    if user_id == world.bot_id or (isinstance(room, Group) and not rules(room, world.bot_id)):
        return
    change = {
        "chat": room.chat_card,
        "message_id": message_id,
        "user": world.user_card(user_id),
        "date": world.now(),
        "old_reaction": old,
        "new_reaction": new,
    }
    world.updates.add("message_reaction", change, room.id)
