"""What people do in groups: make them, write in them, rule their members and topics."""

from __future__ import annotations

from typing import Any

from sandbox import acts, topics
from sandbox.access import refuse_place, thread_for
from sandbox.errors import PersonRefused, Refused
from sandbox.members import ADMIN_RIGHTS, ANONYMOUS, INSIDE, OUTSIDE, PERMISSIONS, is_inside, may, place, rules
from sandbox.posts import post
from sandbox.render import group_chat_card, kind_of
from sandbox.shapes import JSON, Group, Message, Query, Topic
from sandbox.world import World

#: Ids of basic groups and of supergroups count down from here.
BASIC, SUPER = -4_000_000_000, -1_002_000_000_000
STATUSES = INSIDE | OUTSIDE


class Groups:
    """The people's side of groups; every method raises PersonRefused with a sentence where it cannot be done."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add(self, title: str, creator: int, members: list[int], **details: Any) -> Group:
        """A new group: supergroup, forum, username, id as wanted; `bot` and `rights` are the bot's place in it."""
        if not title.strip():
            raise PersonRefused("A group needs a title.")
        for person_id in (creator, *members):
            if person_id not in self._world.chats:
                raise PersonRefused("There is no such person.", 404)
        forum = bool(details.get("forum"))
        channel = bool(details.get("channel"))
        group = self._new(title.strip(), channel or forum or bool(details.get("supergroup")), forum, details)
        place(self._world, group, creator, "creator", (), creator)
        for person_id in members:
            if person_id != creator:
                place(self._world, group, person_id, "member", (), creator)
        post(self._world, group, creator, {f"{kind_of(group)}_chat_created": True})
        if (bot := str(details.get("bot", "member"))) != "left":
            self.set_member(group.id, self._world.bot_id, bot, details.get("rights"), creator)
        return group

    def group(self, group_id: int) -> Group:
        """The group with this id."""
        group = self._world.groups.get(group_id)
        if group is None:
            raise PersonRefused("There is no such group.", 404)
        return group

    def inside(self, group_id: int, person_id: int) -> Group:
        """The group, for somebody who is in it."""
        group = self.group(group_id)
        if person_id not in self._world.chats or not is_inside(group, person_id):
            raise PersonRefused("This person is not in the group.")
        if group.migrated_to:
            raise PersonRefused("This group has become a supergroup.")
        return group

    def write(
        self, group_id: int, person_id: int, content: JSON, reply_to: int = 0, thread: int = 0, anonymous: bool = False
    ) -> Message:
        """Write a message; an administrator may do so in the name of the group."""
        group = self.inside(group_id, person_id)
        if reply_to and reply_to not in group.messages:
            raise PersonRefused("The message to reply to is not there.", 404)
        thread = self._thread(group, person_id, thread, reply_to)
        if not anonymous:
            return post(self._world, group, person_id, content, reply_to, thread)
        if not rules(group, person_id):
            raise PersonRefused("Only administrators can write in the name of the group.")
        return post(self._world, group, ANONYMOUS, {"sender_chat": group.chat_card, **content}, reply_to, thread)

    def edit(self, group_id: int, person_id: int, message_id: int, text: str) -> Message:
        """Change a text or caption of one's own."""
        return acts.edit(self._world, self.inside(group_id, person_id), person_id, message_id, text)

    def delete(self, group_id: int, person_id: int, message_id: int) -> None:
        """Delete a message: one's own, or any with the right to; the bot hears nothing of it."""
        group = self.inside(group_id, person_id)
        message = acts.found(group, message_id)
        if message.sender != person_id and not may(group, person_id, "can_delete_messages"):
            raise PersonRefused("This person may not delete messages of others.")
        self._world.delete(group, message_id)

    def press(self, group_id: int, person_id: int, message_id: int, data: str) -> Query:
        """Press a button with this data."""
        return acts.press(self._world, self.inside(group_id, person_id), person_id, message_id, data)

    def press_button(self, group_id: int, person_id: int, message_id: int, place: tuple[int, int]) -> JSON:
        """Press the button at (row, column): {"query_id"}, or {"asked"} where it was to pay."""
        return acts.press_button(self._world, self.inside(group_id, person_id), person_id, message_id, place)

    def react(self, group_id: int, person_id: int, message_id: int, emoji: str) -> Message:
        """React to a message, or take the reaction back ("")."""
        return acts.reacted(self._world, self.inside(group_id, person_id), person_id, message_id, emoji)

    def vote(self, group_id: int, person_id: int, message_id: int, options: list[int]) -> Message:
        """Vote in a poll, or take the vote back ([])."""
        return acts.vote(self._world, self.inside(group_id, person_id), person_id, message_id, options)

    def set_member(self, group_id: int, user_id: int, status: str, rights: list[str] | None, by: int) -> None:
        """Add, promote, demote, restrict, remove or kick a person or the bot; no rights means all there are."""
        group = self.group(group_id)
        if status not in STATUSES:
            raise PersonRefused(f"A member is one of {', '.join(sorted(STATUSES))}.")
        known = PERMISSIONS if status == "restricted" else ADMIN_RIGHTS
        if set(rights or ()) - set(known):
            raise PersonRefused(f"Rights are among {', '.join(known)}.")
        if user_id != self._world.bot_id and user_id not in self._world.chats:
            raise PersonRefused("There is no such person.", 404)
        before = is_inside(group, user_id)
        granted = known if rights is None and status == "administrator" else rights or ()
        place(self._world, group, user_id, status, granted if status in ("administrator", "restricted") else (), by)
        after = is_inside(group, user_id)
        if before is not after and not group.channel:
            card = self._world.user_card(user_id)
            post(self._world, group, by, {"new_chat_members": [card]} if after else {"left_chat_member": card})

    def rename(self, group_id: int, title: str, by: int) -> Group:
        """Another title."""
        group = self.inside(group_id, by)
        group.title = title.strip() or group.title
        group.chat_card = group_chat_card(group)
        post(self._world, group, by, {"new_chat_title": group.title})
        self._world.tell_group(group)
        return group

    def migrate(self, group_id: int, by: int, forum: bool = False) -> Group:
        """A basic group becomes a supergroup with another id; both tell of it."""
        old = self.inside(group_id, by)
        if old.supergroup:
            raise PersonRefused("This group is a supergroup already.")
        new = self._new(old.title, True, forum, {"username": old.username})
        for member in old.members.values():
            rights = member.rights
            new.members[member.user_id] = type(member)(member.user_id, member.status, rights)
        post(self._world, old, by, {"migrate_to_chat_id": new.id})
        old.migrated_to = new.id
        post(self._world, new, by, {"migrate_from_chat_id": old.id})
        self._world.tell_group(old)
        self._world.tell_group(new)
        return new

    def set_forum(self, group_id: int, by: int, on: bool) -> Group:
        """Switch topics on or off; a basic group becomes a supergroup for that."""
        group = self.inside(group_id, by)
        if not group.supergroup:
            return self.migrate(group_id, by, forum=on) if on else group
        group.forum = on
        group.chat_card = group_chat_card(group)
        self._world.tell_group(group)
        return group

    def make_topic(self, group_id: int, by: int, name: str, color: int = 0, emoji: str = "") -> Topic:
        """A new topic; anybody in the forum may make one."""
        return topics.create(self._world, topics.forum(self.inside(group_id, by)), by, name, color, emoji)

    def change_topic(self, group_id: int, by: int, topic_id: int, change: str, name: str = "", emoji: str = "") -> None:
        """Edit, close, reopen, delete, hide or unhide a topic; General is number 1."""
        group = topics.forum(self.inside(group_id, by))
        topic = topics.find(group, topic_id)
        if not topics.may_rule(group, by, topic):
            raise PersonRefused("This person may not rule this topic.")
        if change == "edit":
            topics.edit(self._world, group, by, topic, name or None, emoji or None)
        elif change in ("close", "reopen"):
            topics.switch(self._world, group, by, topic, change == "close")
        elif change in ("hide", "unhide") and topic is group.general:
            topics.hide(self._world, group, by, change == "hide")
        elif change == "delete" and topic is not group.general:
            topics.delete(self._world, group, topic)
        else:
            raise PersonRefused("This cannot be done with this topic.")

    def _thread(self, group: Group, person_id: int, thread: int, reply_to: int) -> int:
        try:
            found = thread_for(group, thread, reply_to)
            refuse_place(group, person_id, found)
        except Refused as refused:
            raise PersonRefused(_WORDS.get(refused.description, "This person may not write here.")) from refused
        return found

    def _new(self, title: str, supergroup: bool, forum: bool, details: JSON) -> Group:
        number = details.get("id") or (SUPER if supergroup else BASIC) - len(self._world.groups) - 1
        if number in self._world.groups or number >= 0:
            raise PersonRefused(f"No new group can have the id {number}.")
        username = str(details.get("username") or "")
        group = Group(title, supergroup, forum, username, bool(details.get("channel")), id=number)
        if username:
            self._world.usernames[username.lower()] = number
        group.chat_card = group_chat_card(group)
        self._world.groups[number] = group
        return group


_WORDS = {
    "Bad Request: TOPIC_CLOSED": "This topic is closed.",
    "Bad Request: message thread not found": "There is no such topic.",
    "Bad Request: message to be replied not found": "The message to reply to is in another topic.",
}
