"""Which messages of a group a bot gets to see."""

from __future__ import annotations

from sandbox.members import is_inside, rules
from sandbox.render import SERVICE
from sandbox.shapes import JSON, Group, Message


def seen_by_bot(group: Group, message: Message, bot: JSON, private: bool) -> bool:
    """Whether the bot gets this message; `private` is the bot's privacy mode.

    With privacy mode a bot that is no administrator sees commands meant for it, replies to it, messages sent through
    it and service messages. A command without a name is meant for it if it has written in the group before.
    """
    if not is_inside(group, bot["id"]):
        return False
    if not private or rules(group, bot["id"]):
        return True
    content = message.content
    if "via_bot" in content or any(name in content for name in SERVICE):
        return True
    answered = group.messages.get(message.reply_to)
    if answered is not None and answered.outgoing:
        return True
    addressee = _addressee(content)
    if addressee is None:
        return False
    return addressee == bot["username"].lower() if addressee else _has_written(group)


def _addressee(content: JSON) -> str | None:
    """Whom the command at the beginning names, "" for nobody; None where there is no command."""
    first = next((e for e in content.get("entities", ()) if e["type"] == "bot_command" and e["offset"] == 0), None)
    if first is None:
        return None
    return str(content["text"][: first["length"]]).partition("@")[2].lower()


def _has_written(group: Group) -> bool:
    return any(message.outgoing for message in group.messages.values())
