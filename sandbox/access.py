"""Why the bot may not write somewhere, in Telegram's words."""

from __future__ import annotations

from typing import NoReturn

from sandbox.errors import Refused, bad, forbidden
from sandbox.members import allowed, is_inside, may, member_of
from sandbox.render import kind_of
from sandbox.shapes import Group, Person


def refuse_person(person: Person) -> NoReturn:
    """The reason why this person cannot be written to; raises Refused (403)."""
    if person.deactivated:
        raise forbidden("user is deactivated")
    if person.blocked:
        raise forbidden("bot was blocked by the user")
    raise forbidden("bot can't initiate conversation with a user")


def refuse_group(group: Group, bot_id: int) -> None:
    """Raises Refused where the group has moved (400 with its new id) or the bot is not in it (403)."""
    if group.migrated_to:
        reason = "Bad Request: group chat was upgraded to a supergroup chat"
        raise Refused(400, reason, migrate_to_chat_id=group.migrated_to)
    if not is_inside(group, bot_id):
        kind = kind_of(group)
        kicked = member_of(group, bot_id).status == "kicked"
        raise forbidden(f"bot was kicked from the {kind} chat" if kicked else f"bot is not a member of the {kind} chat")


def refuse_place(group: Group, user_id: int, thread: int) -> None:
    """Raises Refused (400) where this user may not write in this topic (0: General) of the group."""
    if group.channel and not may(group, user_id, "can_post_messages"):
        raise bad("need administrator rights in the channel chat")
    if not group.channel and not allowed(group, user_id, "can_send_messages"):
        raise bad("not enough rights to send text messages to the chat")
    if not group.forum:
        return
    topic = group.topics.get(thread) if thread else group.general
    if topic is not None and topic.closed and not may(group, user_id, "can_manage_topics"):
        raise bad("TOPIC_CLOSED")


def thread_for(group: Group, wanted: int, reply_to: int) -> int:
    """The thread in which a message goes: the one asked for, or that of the message it answers. Raises Refused (400).

    General has no number: 1 is refused as Telegram refuses it.
    """
    answered = group.messages.get(reply_to)
    if wanted:
        return _asked_for(group, wanted, answered.thread if answered else wanted)
    if answered is None or not group.supergroup:
        return 0
    return answered.thread if group.forum else answered.thread or answered.id


def _asked_for(group: Group, wanted: int, answered: int) -> int:
    known = wanted in group.topics if group.forum else group.supergroup and wanted in group.messages
    if not known:
        raise bad("message thread not found")
    if group.forum and answered != wanted:
        raise bad("message to be replied not found")
    return wanted
