"""Sending a message again: as a copy without its author, or forwarded with it."""

from __future__ import annotations

from itertools import pairwise

from sandbox import render
from sandbox.attachments import caption_content, said_in
from sandbox.call import Call
from sandbox.errors import bad
from sandbox.keyboards import NONE, Markup
from sandbox.methods_delete import message_ids
from sandbox.registry import method
from sandbox.render import MEDIA, SERVICE
from sandbox.shapes import JSON, Message, Room

#: Service messages, and what is bought where it stands.
NEVER_COPIED = (*SERVICE, "invoice", "paid_media")
_LEFT_BEHIND = ("forward_origin", "media_group_id", "has_protected_content", "via_bot", "sender_chat")


@method("copyMessage")
def copy_message(call: Call) -> JSON:
    """Send a copy; its caption may be replaced. Returns only the new id."""
    source = call.message(_source(call), "copy")
    chat = call.chat()
    content = _copied(source)
    if "caption" in call.params and any(kind in content for kind in MEDIA):
        kept = {name: value for name, value in content.items() if not name.startswith("caption")}
        content = {**kept, **caption_content(call, said_in(call))}
    return {"message_id": call.post(chat, content, call.markup(chat)).id}


@method("copyMessages")
def copy_messages(call: Call) -> list[JSON]:
    """Copies of several messages; those that cannot be copied are skipped."""
    chat = call.chat()
    return [{"message_id": call.post(chat, _copied(m)).id} for m in _several(call)]


@method("forwardMessage")
def forward_message(call: Call) -> JSON:
    """Send a message on with its origin."""
    source_chat = _source(call)
    source = call.message(source_chat, "forward")
    chat = call.chat()
    _check_movable(source, "forwarded")
    sent = call.post(chat, _forwarded(call, source_chat, source), _links_only(source))
    return render.message(call.world, chat, sent)


@method("forwardMessages")
def forward_messages(call: Call) -> list[JSON]:
    """Send several messages on; those that cannot be forwarded are skipped."""
    chat, source_chat = call.chat(), _source(call)
    return [{"message_id": call.post(chat, _forwarded(call, source_chat, m)).id} for m in _several(call)]


def _source(call: Call) -> Room:
    number = call.chat_id("from_chat_id")
    chat = call.world.chats.get(number) or call.world.groups.get(number)
    if chat is None:
        raise bad("chat not found")
    return chat


def _several(call: Call) -> list[Message]:
    numbers = message_ids(call)
    if any(later <= earlier for earlier, later in pairwise(numbers)):
        raise bad("message identifiers must be in a strictly increasing order")
    messages = _source(call).messages
    return [messages[n] for n in numbers if n in messages and not _is_service(messages[n])]


def _is_service(message: Message) -> bool:
    return any(name in message.content for name in NEVER_COPIED)


def _copied(source: Message) -> JSON:
    if _is_service(source):
        raise bad("message can't be copied")
    return {name: value for name, value in source.content.items() if name not in _LEFT_BEHIND}


def _check_movable(source: Message, how: str) -> None:
    if _is_service(source):
        raise bad(f"message can't be {how}")
    if source.content.get("has_protected_content"):
        raise bad("message has protected content and can't be forwarded")


def _forwarded(call: Call, chat: Room, source: Message) -> JSON:
    shown = render.message(call.world, chat, source, with_reply=False)
    if "from" in shown:
        origin = {"type": "user", "sender_user": shown["from"], "date": source.date}
    else:
        origin = {"type": "channel", "chat": shown["chat"], "message_id": source.id, "date": source.date}
    return {"forward_origin": source.content.get("forward_origin", origin), **_copied(source)}


def _links_only(source: Message) -> Markup:
    """A forwarded message keeps its buttons only where all of them are links."""
    rows = source.inline or []
    return Markup(inline=source.inline) if rows and all("url" in b for row in rows for b in row) else NONE
