"""The bot's reactions."""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.errors import bad
from sandbox.reactions import known, react
from sandbox.registry import method


@method("setMessageReaction")
def set_message_reaction(call: Call) -> bool:
    """Set the bot's reaction to a message, at most one, or take it away."""
    chat = call.chat()
    number = call.integer("message_id")
    if number not in chat.messages:
        raise bad("message to react not found")
    given: Any = call.json("reaction", "reaction types") or []
    if not isinstance(given, list) or not all(isinstance(one, dict) and known(one.get("emoji")) for one in given):
        raise bad("REACTION_INVALID")
    if len(given) > 1:
        raise bad("REACTIONS_TOO_MANY")
    react(call.world, chat, number, call.world.bot_id, known(given[0]["emoji"]) if given else "")
    return True
