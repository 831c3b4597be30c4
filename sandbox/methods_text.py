"""sendMessage and the signs of life around it."""

from __future__ import annotations

from sandbox.call import Call
from sandbox.errors import bad
from sandbox.registry import method
from sandbox.shapes import JSON

CHAT_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "record_audio",
        "upload_audio",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


@method("sendMessage")
def send_message(call: Call) -> JSON:
    """A text, formatted, with its keyboard."""
    content = call.formatted_text()
    preview = call.json("link_preview_options")
    if preview:
        content["link_preview_options"] = preview
    return call.send(content)


@method("sendChatAction")
def send_chat_action(call: Call) -> bool:
    """Show that the bot is busy."""
    action = call.text("action").lower()
    if action not in CHAT_ACTIONS:
        raise bad("wrong parameter action in request")
    call.world.type(call.chat())  # A topic that is gone is no error here, as at Telegram.
    return True
