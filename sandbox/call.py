"""One call of the Bot API: its parameters, read as leniently as Telegram reads them."""

from __future__ import annotations

import re
from typing import Any

import orjson

from sandbox import keyboards, render
from sandbox.errors import bad
from sandbox.formatting import checked_text
from sandbox.shapes import JSON, Chat, Message, Upload
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

    def chat(self) -> Chat:
        """The chat of `chat_id`, if the bot may write there."""
        return self.world.reachable(self.chat_id())

    def known_chat(self) -> Chat:
        """The chat of `chat_id`, if the bot knows it; it need not be able to write there."""
        chat = self.world.chats.get(self.chat_id())
        if chat is None or not chat.person.started:
            raise bad("chat not found")
        return chat

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

    def message(self, chat: Chat, purpose: str, name: str = "message_id") -> Message:
        """The message of `message_id`; "message to <purpose> not found" where there is none."""
        number = self.integer(name)
        if number == 0:
            raise bad("message identifier is not specified")
        found = chat.messages.get(number)
        if found is None:
            raise bad(f"message to {purpose} not found")
        return found

    def markup(self) -> keyboards.Markup:
        """The keyboard of `reply_markup`, checked."""
        value = self.params.get("reply_markup")
        return keyboards.read(value, self.world.met) if value else keyboards.NONE

    def reply_to(self, chat: Chat) -> int:
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

    def send(self, content: JSON) -> JSON:
        """Send `content` to the call's chat with its keyboard and reply; returns the Message."""
        chat = self.chat()
        markup = self.markup()
        reply_to = self.reply_to(chat)
        if self.flag("protect_content"):
            content["has_protected_content"] = True
        return render.message(self.world, chat, self.world.say(chat, content, markup, reply_to))
