"""How the world looks from outside: as Bot API objects for the bot, and as JSON for the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.markup import to_html
from sandbox.shapes import JSON, Chat, Message, Person

if TYPE_CHECKING:
    from sandbox.world import World

MEDIA = ("photo", "video", "animation", "audio", "voice", "video_note", "document", "sticker")
SERVICE = ("pinned_message",)
AS_IS = ("location", "venue", "contact", "dice", "poll")


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


def message(world: World, chat: Chat, found: Message, with_reply: bool = True) -> JSON:
    """A message as a Bot API Message."""
    out: JSON = {
        "message_id": found.id,
        "from": world.bot_card if found.outgoing else chat.user_card,
        "chat": chat.chat_card,
        "date": found.date,
    }
    if found.edit_date:
        out["edit_date"] = found.edit_date
    if found.reply_to and with_reply and found.reply_to in chat.messages:
        out["reply_to_message"] = message(world, chat, chat.messages[found.reply_to], with_reply=False)
    out.update(found.content)
    if found.inline:
        out["reply_markup"] = {"inline_keyboard": found.inline}
    return out


def inaccessible(chat: Chat, message_id: int) -> JSON:
    """What is left of a deleted message in a callback query."""
    return {"chat": chat.chat_card, "message_id": message_id, "date": 0}


def person(found: Person) -> JSON:
    """A person for the page."""
    out: JSON = {"id": found.id, "first_name": found.first_name}
    for name in ("last_name", "username", "language_code", "phone"):
        if getattr(found, name):
            out[name] = getattr(found, name)
    return {**out, "role": found.role, "blocked": found.blocked, "started": found.started}


def page_message(chat: Chat, found: Message) -> JSON:
    """A message for the page: formatted HTML, addresses of files, buttons, the bot's reaction."""
    content = found.content
    out: JSON = {"id": found.id, "from": "bot" if found.outgoing else "person", "date": found.date}
    if found.edit_date:
        out["edit_date"] = found.edit_date
    if found.reply_to:
        out["reply_to"] = found.reply_to
    for name in ("text", "caption", "media_group_id"):
        if name in content:
            out[name] = content[name]
    out["html"] = to_html(
        content.get("text") or content.get("caption", ""),
        content.get("entities") or content.get("caption_entities", []),
    )
    out.update({name: content[name] for name in AS_IS if name in content})
    out.update(_media(content))
    if "pinned_message" in content:
        out["service"] = "A message was pinned."
    if found.inline:
        out["inline_keyboard"] = found.inline
    if chat.reactions.get(found.id):
        out["reaction"] = chat.reactions[found.id][0]["emoji"]
    return out


def _media(content: JSON) -> JSON:
    kind = next((name for name in MEDIA if name in content), None)
    if kind is None:
        return {}
    value: Any = content[kind][-1] if kind == "photo" else content[kind]
    out = {"url": f"/files/{value['file_id']}", "size": value.get("file_size", 0)}
    for source, target in (("width", "width"), ("height", "height"), ("file_name", "name"), ("duration", "duration")):
        if source in value:
            out[target] = value[source]
    return {kind: out}
