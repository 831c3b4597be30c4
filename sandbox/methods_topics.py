"""Topics of a forum, as the bot rules them."""

from __future__ import annotations

from typing import Any

from sandbox import topics
from sandbox.call import Call
from sandbox.errors import bad
from sandbox.members import may
from sandbox.registry import method
from sandbox.shapes import JSON, Group, Topic
from sandbox.stickers import icon
from sandbox.topic_icons import ICONS

_NO_RIGHT = "not enough rights to edit the topic"


@method("createForumTopic")
def create_forum_topic(call: Call) -> JSON:
    """A new topic; returns the ForumTopic."""
    group = topics.forum(call.group())
    bot_id = call.world.bot_id
    if not may(group, bot_id, "can_manage_topics"):
        raise bad("not enough rights to create a topic")
    topic = topics.create(
        call.world, group, bot_id, call.text("name"), call.integer("icon_color"), call.text("icon_custom_emoji_id")
    )
    made: JSON = {"message_thread_id": topic.id, "name": topic.name, "icon_color": topic.color}
    return {**made, "icon_custom_emoji_id": topic.emoji} if topic.emoji else made


@method("editForumTopic")
def edit_forum_topic(call: Call) -> bool:
    """Another name or icon."""
    group, topic = _ruled(call)
    name = call.text("name") or None
    emoji = call.text("icon_custom_emoji_id") if "icon_custom_emoji_id" in call.params else None
    topics.edit(call.world, group, call.world.bot_id, topic, name, emoji)
    return True


@method("editGeneralForumTopic")
def edit_general_forum_topic(call: Call) -> bool:
    """Another name for General."""
    group = _general(call)
    topics.edit(call.world, group, call.world.bot_id, group.general, call.text("name"), None)
    return True


@method("deleteForumTopic")
def delete_forum_topic(call: Call) -> bool:
    """A topic goes with all its messages."""
    group = topics.forum(call.group())
    if not may(group, call.world.bot_id, "can_delete_messages"):
        raise bad("not enough rights to delete the topic")
    topic = topics.find(group, call.integer("message_thread_id"))
    if topic is group.general:
        raise bad("TOPIC_ID_INVALID")
    topics.delete(call.world, group, topic)
    return True


def _switch(closed: bool, general: bool) -> Any:
    def switch(call: Call) -> bool:
        group, topic = (_general(call), None) if general else _ruled(call)
        topics.switch(call.world, group, call.world.bot_id, topic or group.general, closed)
        return True

    return switch


def _hide(hidden: bool) -> Any:
    def hide(call: Call) -> bool:
        topics.hide(call.world, _general(call), call.world.bot_id, hidden)
        return True

    return hide


method("closeForumTopic")(_switch(closed=True, general=False))
method("reopenForumTopic")(_switch(closed=False, general=False))
method("closeGeneralForumTopic")(_switch(closed=True, general=True))
method("reopenGeneralForumTopic")(_switch(closed=False, general=True))
method("hideGeneralForumTopic")(_hide(hidden=True))
method("unhideGeneralForumTopic")(_hide(hidden=False))


@method("getForumTopicIconStickers")
def get_forum_topic_icon_stickers(call: Call) -> list[JSON]:
    """The custom emoji that any topic may have for an icon."""
    return [icon(number) for number in ICONS]


def _ruled(call: Call) -> tuple[Group, Topic]:
    group = topics.forum(call.group())
    topic = topics.find(group, call.integer("message_thread_id"))
    if not topics.may_rule(group, call.world.bot_id, topic):
        raise bad(_NO_RIGHT)
    return group, topic


def _general(call: Call) -> Group:
    group = topics.forum(call.group())
    if not may(group, call.world.bot_id, "can_manage_topics"):
        raise bad(_NO_RIGHT)
    return group
