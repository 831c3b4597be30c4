"""One call of the Bot API: its parameters, read as leniently as Telegram reads them."""

from __future__ import annotations

import re
from typing import Any

import orjson

from sandbox import keyboards, polls, render
from sandbox.access import refuse_group, refuse_place, thread_for
from sandbox.errors import bad
from sandbox.formatting import checked_text
from sandbox.shapes import JSON, Chat, Group, Message, Room, Upload
from sandbox.whole import whole
from sandbox.world import World

_INTEGER = re.compile(r"\s*(-?[0-9]{1,18})")
_TRUE = frozenset({"true", "yes", "1"})


class Call:
    """A method's parameters beside the world they are about."""

    __slots__ = ("params", "uploads", "world")

    def __init__(self, world: World, params: JSON, uploads: dict[str, Upload]) -> None:
        self.world = world
        self.params = params
        self.uploads = uploads

    def text(self, name: str) -> str:
        """A parameter as text; "" where it is missing."""
        value = self.params.get(name)
        if value is None:
            return ""
        return value if isinstance(value, str) else orjson.dumps(value).decode()

    def integer(self, name: str, default: int = 0) -> int:
        """A parameter as an integer: the digits it begins with, else the default."""
        value = self.params.get(name)
        if isinstance(value, bool):
            return int(value)
        if isinstance(value, (int, float)):
            return int(value)
        found = _INTEGER.match(value) if isinstance(value, str) else None
        return int(found[1]) if found else default

    def number(self, name: str) -> float:
        """A parameter as a number; raises Refused where it is none."""
        try:
            return float(self.text(name))
        except ValueError:
            raise bad(f'can\'t parse "{name}" as a Number') from None

    def flag(self, name: str) -> bool:
        """true, yes or 1 in any case; everything else is false."""
        value = self.params.get(name)
        return value is True or (value is not None and str(value).lower() in _TRUE)

    def json(self, name: str, what: str = "") -> Any:
        """An object or array, native or as JSON text; None where it is missing. Raises Refused for broken JSON."""
        value = self.params.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            raise bad(f"can't parse {what or name} JSON object") from None

    def chat(self) -> Room:
        """The chat of `chat_id`, if the bot may write there."""
        return self.world.reachable(self.chat_id())

    def known_chat(self) -> Room:
        """The chat of `chat_id`, if the bot knows it; it need not be able to write there."""
        number = self.chat_id()
        group = self.world.groups.get(number)
        if group is not None:
            refuse_group(group, self.world.bot_id)
            return group
        if not self.world.met(number):
            raise bad("chat not found")
        return self.world.chats[number]

    def group(self) -> Group:
        """The group of `chat_id`, for what only groups have; raises Refused."""
        room = self.chat()
        if not isinstance(room, Group):
            raise bad("method is available only for supergroups")
        return room

    def chat_id(self, name: str = "chat_id") -> int:
        """An id, or the person with this @username."""
        value = self.params.get(name)
        if value is None or value == "":
            raise bad(f"{name} is empty")
        if isinstance(value, int):
            return value
        text = str(value)
        if text.startswith("@"):
            return self.world.usernames.get(text[1:].lower(), 0)
        return whole(text) or 0

    def message(self, chat: Room, purpose: str, name: str = "message_id") -> Message:
        """The message of `message_id`; "message to <purpose> not found" where there is none."""
        number = self.integer(name)
        if number == 0:
            raise bad("message identifier is not specified")
        found = chat.messages.get(number)
        if found is None:
            raise bad(f"message to {purpose} not found")
        polls.settle(self.world, chat, found)
        return found

    def markup(self, chat: Room) -> keyboards.Markup:
        """The keyboard of `reply_markup`, checked."""
        value = self.params.get("reply_markup")
        return keyboards.read(value, self.world.met, isinstance(chat, Chat)) if value else keyboards.NONE

    def reply_to(self, chat: Room) -> int:
        """The id of the message that is answered, 0 for none; raises Refused where it is gone."""
        if "reply_parameters" not in self.params and "reply_to_message_id" not in self.params:
            return 0
        given = self.json("reply_parameters") or {}
        if not isinstance(given, dict):
            raise bad("object expected as reply parameters")
        target = whole(given.get("message_id")) or self.integer("reply_to_message_id")
        optional = given.get("allow_sending_without_reply") or self.flag("allow_sending_without_reply")
        if not target or target in chat.messages:
            return target
        if optional:
            return 0
        raise bad("message to be replied not found")

    def mention(self, user_id: int) -> JSON | None:
        """The user a text may name."""
        return self.world.chats[user_id].user_card if self.world.met(user_id) else None

    def formatted_text(self, name: str = "text") -> JSON:
        """`text` and `entities` of a text message, checked."""
        text, entities = checked_text(self.text(name), self.text("parse_mode"), self.json("entities"), self.mention)
        return {"text": text, "entities": entities} if entities else {"text": text}

    def thread(self, chat: Room, reply_to: int) -> int:
        """The thread in which a message to this chat goes; raises Refused where the bot may not write in it."""
        wanted = self.integer("message_thread_id") if "message_thread_id" in self.params else 0
        if not isinstance(chat, Group):
            if wanted:
                raise bad("message thread not found")
            return 0
        thread = thread_for(chat, wanted, reply_to)
        refuse_place(chat, self.world.bot_id, thread)
        return thread

    def send(self, content: JSON) -> JSON:
        """Send `content` to the call's chat with its keyboard and reply; returns the Message."""
        chat = self.chat()
        return render.message(self.world, chat, self.post(chat, content, self.markup(chat)))

    def post(self, chat: Room, content: JSON, markup: keyboards.Markup = keyboards.NONE) -> Message:
        """Let the bot write `content` in this chat, as the call's reply and thread say; raises Refused."""
        reply_to = self.reply_to(chat)
        thread = self.thread(chat, reply_to)
        if self.flag("protect_content"):
            content["has_protected_content"] = True
        return self.world.say(chat, content, markup, reply_to, thread)
