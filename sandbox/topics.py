"""Topics of a forum: made, changed, closed and deleted, by the bot or by people."""

from __future__ import annotations

from sandbox.errors import bad
from sandbox.members import may
from sandbox.posts import post
from sandbox.shapes import JSON, Group, Topic
from sandbox.topic_icons import ICONS
from sandbox.world import World

NAME_LIMIT = 128
COLORS = (0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)


def forum(group: Group) -> Group:
    """The group, where it has topics; raises Refused (400)."""
    if not group.supergroup or not group.forum:
        raise bad("the chat is not a forum")
    return group


def find(group: Group, number: int) -> Topic:
    """The topic with this id, General for 1; raises Refused (400)."""
    topic = group.general if number == group.general.id else group.topics.get(number)
    if topic is None:
        raise bad("TOPIC_ID_INVALID")
    return topic


def create(world: World, group: Group, by: int, name: str, color: int = 0, emoji: str = "") -> Topic:
    """A new topic; its id is that of the message that tells of it."""
    name, color = _named(name), color or COLORS[0]
    if color not in COLORS or (emoji and emoji not in ICONS):
        raise bad("TOPIC_ICON_COLOR_INVALID" if color not in COLORS else "DOCUMENT_INVALID")
    number = world.number(group)
    group.topics[number] = topic = Topic(number, name, color, emoji, by=by)
    content: JSON = {"name": name, "icon_color": color}
    if emoji:
        content["icon_custom_emoji_id"] = emoji
    post(world, group, by, {"forum_topic_created": content}, thread=number, number=number)
    world.tell_group(group)
    return topic


def edit(world: World, group: Group, by: int, topic: Topic, name: str | None, emoji: str | None) -> None:
    """Another name or icon; None keeps the present one."""
    content: JSON = {}
    if name is not None and _named(name) != topic.name:
        content["name"] = topic.name = _named(name)
    if emoji and emoji not in ICONS:
        raise bad("DOCUMENT_INVALID")
    if emoji is not None and emoji != topic.emoji:
        content["icon_custom_emoji_id"] = topic.emoji = emoji
    _tell(world, group, by, topic, "forum_topic_edited" if content else "", content)


def switch(world: World, group: Group, by: int, topic: Topic, closed: bool) -> None:
    """Close a topic, or open it again."""
    kind = "forum_topic_closed" if closed else "forum_topic_reopened"
    _tell(world, group, by, topic, kind if topic.closed is not closed else "", {})
    topic.closed = closed
    world.tell_group(group)


def hide(world: World, group: Group, by: int, hidden: bool) -> None:
    """Hide General, which closes it too, or show it again."""
    kind = "general_forum_topic_hidden" if hidden else "general_forum_topic_unhidden"
    _tell(world, group, by, group.general, kind if group.general.hidden is not hidden else "", {})
    group.general.hidden = hidden
    group.general.closed = group.general.closed or hidden
    world.tell_group(group)


def delete(world: World, group: Group, topic: Topic) -> None:
    """A topic goes with all its messages; Telegram tells the bot nothing of it."""
    del group.topics[topic.id]
    for number in [message.id for message in group.messages.values() if message.thread == topic.id]:
        world.delete(group, number)
    world.tell_group(group)


def may_rule(group: Group, user_id: int, topic: Topic) -> bool:
    """Whether this user may change, close and reopen the topic."""
    return may(group, user_id, "can_manage_topics") or topic.by == user_id


def _named(name: str) -> str:
    name = name.strip()[:NAME_LIMIT]
    if not name:
        raise bad("title must be non-empty")
    return name


def _tell(world: World, group: Group, by: int, topic: Topic, kind: str, content: JSON) -> None:
    if not kind:
        raise bad("TOPIC_NOT_MODIFIED")
    post(world, group, by, {kind: content}, thread=0 if topic is group.general else topic.id)
    world.tell_group(group)
