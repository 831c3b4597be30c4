"""How the world looks from outside: as Bot API objects for the bot, and as JSON for the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.markup import to_html
from sandbox.payments_words import amount
from sandbox.shapes import JSON, Group, Member, Message, Person, Room, Topic
from sandbox.shown import in_words
from sandbox.topic_icons import ICONS

if TYPE_CHECKING:
    from sandbox.world import World

MEDIA = ("live_photo", "photo", "video", "animation", "audio", "voice", "video_note", "document", "sticker")
#: Service messages and what the page says about them; {} is what the field holds, {name} a name in it.
SERVICE = {
    "pinned_message": "A message was pinned.",
    "group_chat_created": "The group was created.",
    "supergroup_chat_created": "The group was created.",
    "new_chat_members": "{who} joined the group.",
    "left_chat_member": "{who} left the group.",
    "channel_chat_created": "The channel was created.",
    "new_chat_title": "The group is called {value} now.",
    "new_chat_photo": "The group has a new picture.",
    "delete_chat_photo": "The group has no picture any more.",
    "migrate_to_chat_id": "The group became a supergroup: it goes on there.",
    "migrate_from_chat_id": "The group became a supergroup.",
    "forum_topic_created": "The topic {name} was created.",
    "forum_topic_edited": "The topic was changed: {name}.",
    "forum_topic_closed": "The topic was closed.",
    "forum_topic_reopened": "The topic was reopened.",
    "general_forum_topic_hidden": "The topic General was hidden.",
    "general_forum_topic_unhidden": "The topic General is shown again.",
    "successful_payment": "Paid: {paid}.",
    "refunded_payment": "Given back: {paid}.",
    "chat_shared": "A group was chosen: {title}.",
    "users_shared": "{who} chosen.",
}
AS_IS = ("location", "venue", "contact", "dice", "poll")
#: What a medium tells the page, and under which name.
_TOLD = {
    "width": "width",
    "height": "height",
    "file_name": "name",
    "duration": "duration",
    "title": "title",
    "performer": "performer",
    "emoji": "emoji",
}


def user_card(person: Person) -> JSON:
    """A person as a Bot API User."""
    card: JSON = {"id": person.id, "is_bot": False, "first_name": person.first_name}
    for name in ("last_name", "username", "language_code"):
        if getattr(person, name):
            card[name] = getattr(person, name)
    return card


def chat_card(person: Person) -> JSON:
    """A person's private chat as a Bot API Chat."""
    card: JSON = {"id": person.id, "first_name": person.first_name}
    for name in ("last_name", "username"):
        if getattr(person, name):
            card[name] = getattr(person, name)
    return {**card, "type": "private"}


def group_chat_card(group: Group) -> JSON:
    """A group as a Bot API Chat."""
    card: JSON = {"id": group.id, "title": group.title, "type": kind_of(group)}
    if group.username:
        card["username"] = group.username
    if group.forum:
        card["is_forum"] = True
    return card


def kind_of(group: Group) -> str:
    """ "group", "supergroup" or "channel"."""
    return "channel" if group.channel else "supergroup" if group.supergroup else "group"


def message(world: World, chat: Room, found: Message, with_reply: bool = True) -> JSON:
    """A message as a Bot API Message."""
    out: JSON = {"message_id": found.id, **_author(world, chat, found), "chat": chat.chat_card, "date": found.date}
    if found.edit_date:
        out["edit_date"] = found.edit_date
    if found.thread:
        out["message_thread_id"] = found.thread
        if "is_forum" in chat.chat_card:
            out["is_topic_message"] = True
    target = found.reply_to or found.thread
    if target and with_reply and target in chat.messages and target != found.id:
        out["reply_to_message"] = message(world, chat, chat.messages[target], with_reply=False)
    out.update(found.content)
    if found.inline:
        out["reply_markup"] = {"inline_keyboard": found.inline}
    return out


def _author(world: World, chat: Room, found: Message) -> JSON:
    """Who wrote it; in a channel it is the channel that speaks."""
    if isinstance(chat, Group) and chat.channel:
        return {"sender_chat": chat.chat_card}
    if found.outgoing:
        return {"from": world.bot_card}
    return {"from": world.user_card(found.sender) if found.sender else chat.user_card}


def inaccessible(chat: Room, message_id: int) -> JSON:
    """What is left of a deleted message in a callback query."""
    return {"chat": chat.chat_card, "message_id": message_id, "date": 0}


def person(found: Person) -> JSON:
    """A person for the page."""
    out: JSON = {"id": found.id, "first_name": found.first_name}
    for name in ("last_name", "username", "language_code", "phone"):
        if getattr(found, name):
            out[name] = getattr(found, name)
    out.update(role=found.role, blocked=found.blocked, started=found.started)
    return {**out, "deactivated": True} if found.deactivated else out


def group(found: Group, bot_id: int) -> JSON:
    """A group for the page: who is in it, what the bot may, its topics."""
    members = [_member(member) for member in found.members.values() if member.user_id != bot_id]
    bot = found.members.get(bot_id) or Member(bot_id, "left")
    out: JSON = {
        "id": found.id,
        "title": found.title,
        "type": kind_of(found),
        "forum": found.forum,
        "members": members,
        "bot": _member(bot),
        "topics": [topic(one) for one in found.topics.values()],
        "general": topic(found.general),
    }
    if found.username:
        out["username"] = found.username
    return {**out, "migrated_to": found.migrated_to} if found.migrated_to else out


def _member(member: Member) -> JSON:
    return {"id": member.user_id, "status": member.status, "rights": sorted(member.rights)}


def topic(found: Topic) -> JSON:
    """A topic for the page."""
    out: JSON = {"id": found.id, "name": found.name, "color": found.color, "closed": found.closed}
    if found.emoji:
        out.update(emoji=found.emoji, icon=ICONS[found.emoji])
    return {**out, "hidden": True} if found.hidden else out


def page_message(world: World, chat: Room, found: Message) -> JSON:
    """A message for the page: formatted HTML, addresses of files, buttons, reactions; in a group also who wrote it."""
    content = found.content
    out: JSON = {"id": found.id, "from": "bot" if found.outgoing else "person", "date": found.date}
    if found.edit_date:
        out["edit_date"] = found.edit_date
    if found.reply_to:
        out["reply_to"] = found.reply_to
    if found.sender:
        out.update(sender=found.sender, name=_name(world.user_card(found.sender)))
    if found.thread:
        out["thread"] = found.thread
    for name in ("text", "caption", "media_group_id"):
        if name in content:
            out[name] = content[name]
    out["html"] = to_html(
        content.get("text") or content.get("caption", ""),
        content.get("entities") or content.get("caption_entities", []),
    )
    out.update({name: content[name] for name in AS_IS if name in content})
    out.update(in_words(content))
    out.update(_media(content))
    out.update(_marks(content))
    if found.inline:
        out["inline_keyboard"] = found.inline
    if chat.reactions.get(found.id):
        out.update(_reactions(chat.reactions[found.id], world.bot_id))
    return out


def _marks(content: JSON) -> JSON:
    """What stands beside a message: through whom it came, and the words of a service message."""
    out: JSON = {}
    if "via_bot" in content:
        out["via_bot"] = content["via_bot"]["username"]
    if "forward_origin" in content:
        out["forwarded_from"] = _origin(content["forward_origin"])
    service = next((name for name in SERVICE if name in content), None)
    if service:
        out["service"] = _service(service, content[service])
    return out


def _origin(origin: JSON) -> str:
    if "chat" in origin:
        return str(origin["chat"]["title"])
    return _name(origin["sender_user"]) if "sender_user" in origin else str(origin.get("sender_user_name", ""))


def _service(kind: str, value: Any) -> str:
    named: JSON = value if isinstance(value, dict) else {}
    users = value if isinstance(value, list) else named.get("users", [named])
    who = ", ".join(_name(user) for user in users)
    name = named.get("name") or "another icon"
    paid = amount(named) if "total_amount" in named else ""
    title = named.get("title") or named.get("chat_id")
    return SERVICE[kind].format(paid=paid, who=who, value=value, name=name, title=title)


def _name(card: JSON) -> str:
    return " ".join(part for part in (card.get("first_name", ""), card.get("last_name", "")) if part) or "Somebody"


def _reactions(given: dict[int, list[JSON]], bot_id: int) -> JSON:
    """All reactions with who gave them; `reaction` is the bot's own."""
    by: dict[str, list[int]] = {}
    for user_id, reactions in given.items():
        for one in reactions:
            by.setdefault(one["emoji"], []).append(user_id)
    out: JSON = {"reactions": [{"emoji": emoji, "by": users} for emoji, users in by.items()]} if by else {}
    return {**out, "reaction": given[bot_id][0]["emoji"]} if given.get(bot_id) else out


def _media(content: JSON) -> JSON:
    kind = next((name for name in MEDIA if name in content), None)
    if kind is None:
        return {}
    if kind == "live_photo":
        return _media({"photo": content[kind]["photo"]})
    value: Any = content[kind][-1] if kind == "photo" else content[kind]
    out = {"url": f"/files/{value['file_id']}", "size": value.get("file_size", 0)}
    for source, target in _TOLD.items():
        if source in value:
            out[target] = value[source]
    return {kind: out}
