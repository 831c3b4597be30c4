"""Taking messages away."""

from __future__ import annotations

from sandbox.call import Call
from sandbox.errors import Refused, bad
from sandbox.members import may, rules
from sandbox.registry import method
from sandbox.shapes import Group, Message, Room
from sandbox.whole import whole

TWO_DAYS = 48 * 3600
DICE_AGE = 24 * 3600
#: Service messages that stay.
LASTING = ("supergroup_chat_created", "migrate_from_chat_id", "forum_topic_created")


@method("deleteMessage")
def delete_message(call: Call) -> bool:
    """Delete one message for both sides, while it is younger than 48 hours."""
    chat = call.known_chat()
    message = call.message(chat, "delete")
    _check(call, chat, message)
    call.world.delete(chat, message.id)
    return True


@method("deleteMessages")
def delete_messages(call: Call) -> bool:
    """Delete up to 100 messages; those that are not there or cannot go are skipped."""
    chat = call.known_chat()
    for number in message_ids(call):
        _delete_if_possible(call, chat, number)
    return True


def message_ids(call: Call) -> list[int]:
    """The ids of `message_ids`: 1 to 100 integers; raises Refused."""
    given = call.json("message_ids", "message identifiers")
    if not isinstance(given, list) or not given:
        raise bad("message identifiers are not specified")
    if len(given) > 100:
        raise bad("too many message identifiers specified")
    numbers = [whole(number) for number in given]
    if None in numbers:
        raise bad("message identifier must be a Number")
    return [number for number in numbers if number is not None]


def _delete_if_possible(call: Call, chat: Room, number: int) -> None:
    message = chat.messages.get(number)
    if message is None:
        return
    try:
        _check(call, chat, message)
    except Refused:
        return
    call.world.delete(chat, number)


def _check(call: Call, chat: Room, message: Message) -> None:
    age = call.world.clock() - message.date
    if age > TWO_DAYS:
        raise bad("message can't be deleted for everyone")
    if isinstance(chat, Group):
        _check_in_group(chat, message, call.world.bot_id)
    elif "dice" in message.content and age < DICE_AGE:
        raise bad("message can't be deleted")


def _check_in_group(group: Group, message: Message, bot_id: int) -> None:
    """One's own always, others' with the right; never what made the group or a topic."""
    if any(name in message.content for name in LASTING):
        raise bad("message can't be deleted")
    allowed = may(group, bot_id, "can_delete_messages") if group.supergroup else rules(group, bot_id)
    if not message.outgoing and not allowed:
        raise bad("message can't be deleted")
