"""Taking messages away."""

from __future__ import annotations

from sandbox.call import Call
from sandbox.errors import Refused, bad
from sandbox.registry import method
from sandbox.shapes import Chat, Message
from sandbox.whole import whole

TWO_DAYS = 48 * 3600
DICE_AGE = 24 * 3600


@method("deleteMessage")
def delete_message(call: Call) -> bool:
    """Delete one message for both sides, while it is younger than 48 hours."""
    chat = call.known_chat()
    message = call.message(chat, "delete")
    _check(call, message)
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


def _delete_if_possible(call: Call, chat: Chat, number: int) -> None:
    message = chat.messages.get(number)
    if message is None:
        return
    try:
        _check(call, message)
    except Refused:
        return
    call.world.delete(chat, number)


def _check(call: Call, message: Message) -> None:
    age = call.world.clock() - message.date
    if age > TWO_DAYS:
        raise bad("message can't be deleted for everyone")
    if "dice" in message.content and age < DICE_AGE:
        raise bad("message can't be deleted")
