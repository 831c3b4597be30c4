"""Sending and stopping polls."""

from __future__ import annotations

from sandbox import polls, polls_asked, render
from sandbox.call import Call
from sandbox.errors import bad
from sandbox.registry import method
from sandbox.shapes import JSON


@method("sendPoll")
def send_poll(call: Call) -> JSON:
    """A poll or a quiz; people vote in it until its time is over or the bot stops it."""
    return call.send({"poll": polls_asked.asked(call)})


@method("stopPoll")
def stop_poll(call: Call) -> JSON:
    """Close a poll of the bot's."""
    chat = call.chat()
    message = call.message(chat, "edit")
    if "poll" not in message.content or not message.outgoing:
        raise bad("message with poll to stop not found")
    if message.content["poll"]["is_closed"]:
        raise bad("poll has already been closed")
    message.inline = call.markup(chat).inline
    polls.close(call.world, chat, message)
    poll: JSON = render.message(call.world, chat, message)["poll"]
    return poll
