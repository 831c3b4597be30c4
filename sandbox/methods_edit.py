"""Changing messages the bot has sent."""

from __future__ import annotations

from sandbox import render
from sandbox.attachments import caption_content, said_in
from sandbox.call import Call
from sandbox.errors import NOT_MODIFIED, bad
from sandbox.inline_ids import place_of
from sandbox.methods_media import input_media
from sandbox.registry import method
from sandbox.render import MEDIA
from sandbox.shapes import JSON, Message, Room, Rows

_CAPTION = ("caption", "caption_entities", "show_caption_above_media", "has_media_spoiler")

#: What a message keeps, whatever is changed in it: who it was sent through, the album that it is a part of.
_KEPT = ("via_bot", "media_group_id")


@method("editMessageText")
def edit_message_text(call: Call) -> JSON | bool:
    """New text and buttons; without buttons in the call the old ones go."""
    content = call.formatted_text()
    preview = call.json("link_preview_options")
    if preview:
        content["link_preview_options"] = preview
    chat, message = own(call)
    if "text" not in message.content:
        raise bad("there is no text in the message to edit")
    return change(call, chat, message, content)


@method("editMessageCaption")
def edit_message_caption(call: Call) -> JSON | bool:
    """New caption and buttons of a message with a file."""
    caption = caption_content(call, said_in(call))
    chat, message = own(call)
    if not any(kind in message.content for kind in MEDIA):
        raise bad("there is no caption in the message to edit")
    rest = {name: value for name, value in message.content.items() if name not in _CAPTION}
    return change(call, chat, message, {**rest, **caption})


@method("editMessageMedia")
def edit_message_media(call: Call) -> JSON | bool:
    """Another file (with its caption) in the place of this one."""
    item = call.json("media", "InputMedia")
    if not isinstance(item, dict):
        raise bad("input media is not specified")
    chat, message = own(call)
    if "poll" in message.content or "voice" in message.content or "sticker" in message.content:
        raise bad("message can't be edited")
    return change(call, chat, message, input_media(call, item))


@method("editMessageReplyMarkup")
def edit_message_reply_markup(call: Call) -> JSON | bool:
    """Other buttons, or none."""
    chat, message = own(call)
    return change(call, chat, message, message.content)


def own(call: Call) -> tuple[Room, Message]:
    """The message to edit; raises Refused where it is not there, not the bot's, or bears a reply keyboard."""
    if call.params.get("inline_message_id"):
        return _through_bot(call)
    chat = call.chat()
    message = call.message(chat, "edit")
    if not message.outgoing or message.fixed:
        raise bad("message can't be edited")
    return chat, message


def _through_bot(call: Call) -> tuple[Room, Message]:
    """The message somebody sent through the bot, by its inline_message_id."""
    place = place_of(call.text("inline_message_id"))
    if place is None or (place[0] not in call.world.chats and place[0] not in call.world.groups):
        raise bad("MESSAGE_ID_INVALID")
    room = call.world.room(place[0])
    message = room.messages.get(place[1])
    if message is None or "via_bot" not in message.content:
        raise bad("MESSAGE_ID_INVALID")
    return room, message


def change(call: Call, chat: Room, message: Message, content: JSON) -> JSON | bool:
    """Give a message new content and buttons; raises Refused where nothing changes. What the method answers."""
    markup = call.markup(chat)
    if markup.fixed:
        raise bad("inline keyboard expected")
    inline: Rows | None = markup.inline
    content = {name: message.content[name] for name in _KEPT if name in message.content} | content
    if content == message.content and inline == message.inline:
        raise bad(NOT_MODIFIED)
    if content != message.content:
        message.edit_date = call.world.now()
    message.content, message.inline = content, inline
    call.world.edit(chat, message)
    return True if call.params.get("inline_message_id") else render.message(call.world, chat, message)
