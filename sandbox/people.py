"""What people do with their phones: start, write, press, share, send, block."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sandbox import render
from sandbox.attachments import caption_entities_of, media_content
from sandbox.errors import PersonRefused, Refused
from sandbox.files import FOLDERS
from sandbox.formatting import CAPTION_LIMIT, TEXT_LIMIT, written
from sandbox.methods_chat import bot_as_member
from sandbox.shapes import JSON, Chat, Message, Person, Query, Upload
from sandbox.world import World

FIRST_ID = 1001
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")


class People:
    """The people's side of the world; every method raises PersonRefused with a sentence where it cannot be done."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add(self, **details: Any) -> Person:
        """A new person: first_name, and last_name, username, language_code, phone, id, role as wanted."""
        details.setdefault("id", max([FIRST_ID - 1, *self._world.chats]) + 1)
        if details["id"] in self._world.chats:
            raise PersonRefused(f"There is a person with the id {details['id']} already.")
        if not str(details.get("first_name", "")).strip():
            raise PersonRefused("A person needs a first name.")
        if str(details.get("username", "")).lower() in self._world.usernames:
            raise PersonRefused("This username is taken.")
        person = Person(**details)
        self._world.add_person(person)
        return person

    def chat(self, person_id: int) -> Chat:
        """The chat of this person with the bot."""
        chat = self._world.chats.get(person_id)
        if chat is None:
            raise PersonRefused("There is no such person.", 404)
        return chat

    def start(self, person_id: int, payload: str = "") -> Message:
        """Press Start, or open https://t.me/<bot>?start=payload; unblocks the bot."""
        if not _PAYLOAD.fullmatch(payload):
            raise PersonRefused("A start payload has at most 64 of A-Z, a-z, 0-9, _ and -.")
        chat = self.chat(person_id)
        self._unblock(chat)
        return self._say(chat, f"/start {payload}".strip())

    def open(self, person_id: int, link: str) -> Message:
        """Tap a link to the bot."""
        parts = urlsplit(link if "://" in link else f"https://{link}")
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        name = query.get("domain", "") if parts.scheme == "tg" else parts.path.strip("/")
        ours = parts.scheme == "tg" or parts.hostname in ("t.me", "telegram.me")
        if not ours or name.lower() != self._world.settings.username.lower():
            raise PersonRefused("This link does not lead to the bot.")
        return self.start(person_id, query.get("start", ""))

    def write(self, person_id: int, text: str, reply_to: int = 0) -> Message:
        """Write a text."""
        chat = self._open_chat(person_id)
        if reply_to and reply_to not in chat.messages:
            raise PersonRefused("The message to reply to is not there.", 404)
        return self._say(chat, text, reply_to)

    def edit(self, person_id: int, message_id: int, text: str) -> Message:
        """Change a text written before; the bot gets edited_message."""
        chat = self._open_chat(person_id)
        message = chat.messages.get(message_id)
        if message is None:
            raise PersonRefused("There is no such message.", 404)
        if message.outgoing or "text" not in message.content:
            raise PersonRefused("Only one's own texts can be edited.")
        message.content = _text_content(text)
        message.edit_date = self._world.now()
        self._world.edit(chat, message)
        self._world.updates.add("edited_message", render.message(self._world, chat, message), person_id)
        return message

    def delete(self, person_id: int, message_id: int) -> None:
        """Delete a message for both sides; Telegram tells the bot nothing of it."""
        chat = self.chat(person_id)
        if message_id not in chat.messages:
            raise PersonRefused("There is no such message.", 404)
        self._world.delete(chat, message_id)

    def press(self, person_id: int, message_id: int, data: str) -> Query:
        """Press a button with this data; a client may send any, and also press what has been deleted since."""
        chat = self._open_chat(person_id)
        message = chat.messages.get(message_id)
        if message is None and message_id not in chat.deleted:
            raise PersonRefused("There is no such message.", 404)
        if not 1 <= len(data.encode("utf-8", "surrogatepass")) <= 64:
            raise PersonRefused("A button has 1 to 64 bytes of data.")
        shown = render.message(self._world, chat, message) if message else render.inaccessible(chat, message_id)
        query = self._world.open_query(chat, message_id)
        content = {
            "id": str(query.id),
            "from": chat.user_card,
            "message": shown,
            "chat_instance": str(10**15 + person_id),
            "data": data,
        }
        self._world.updates.add("callback_query", content, person_id)
        return query

    def button_data(self, person_id: int, message_id: int, row: int, column: int) -> str:
        """The data of the button at this place."""
        message = self.chat(person_id).messages.get(message_id)
        if message is None:
            raise PersonRefused("There is no such message.", 404)
        rows = message.inline or []
        if not (0 <= row < len(rows) and 0 <= column < len(rows[row])):
            raise PersonRefused("There is no such button.")
        data = rows[row][column].get("callback_data")
        if data is None:
            raise PersonRefused("This button sends nothing to the bot.")
        return str(data)

    def share_contact(self, person_id: int, of: int | None = None) -> Message:
        """Share one's own card, or that of another person."""
        chat = self._open_chat(person_id)
        whose = self.chat(of if of is not None else person_id).person
        card: JSON = {"phone_number": whose.phone or f"+1555{whose.id:07d}", "first_name": whose.first_name}
        if whose.last_name:
            card["last_name"] = whose.last_name
        return self._hear(chat, {"contact": {**card, "user_id": whose.id}})

    def share_location(self, person_id: int, latitude: float, longitude: float) -> Message:
        """Share a place."""
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            raise PersonRefused("This is no place on earth.")
        return self._hear(self._open_chat(person_id), {"location": {"latitude": latitude, "longitude": longitude}})

    def send_file(self, person_id: int, kind: str, upload: Upload, caption: str = "", group: str = "") -> Message:
        """Send a file as a photo, document, video …; `group` makes several an album."""
        if kind not in FOLDERS:
            raise PersonRefused(f"A file is sent as one of {', '.join(FOLDERS)}.")
        chat = self._open_chat(person_id)
        if len(caption) > CAPTION_LIMIT:
            raise PersonRefused("A caption has at most 1,024 characters.")
        stored = self._world.files.add(kind, upload)
        if kind == "photo" and not stored.width:
            raise PersonRefused("Only PNG, JPEG, GIF and WebP can be sent as a photo.")
        content = {**media_content(kind, stored, {}), **caption_entities_of(caption)}
        return self._hear(chat, {"media_group_id": group, **content} if group else content)

    def block(self, person_id: int) -> None:
        """Block the bot."""
        chat = self.chat(person_id)
        if not chat.person.blocked:
            self._membership(chat, blocked=True)

    def unblock(self, person_id: int) -> None:
        """Let the bot write again; says nothing to it but that."""
        chat = self.chat(person_id)
        if chat.person.blocked:
            self._membership(chat, blocked=False)

    def page(self, person_id: int, before: int = 0, limit: int = 50) -> tuple[list[Message], bool]:
        """(the last messages before an id, oldest first; whether there are earlier ones)."""
        newest_first = reversed(self.chat(person_id).messages.values())
        wanted = (m for m in newest_first if not before or m.id < before)
        found = list(islice(wanted, limit + 1))
        return found[:limit][::-1], len(found) > limit

    def _unblock(self, chat: Chat) -> None:
        if chat.person.blocked:
            self._membership(chat, blocked=False)
        if not chat.person.started:
            chat.person.started = True
            self._world.tell_person(chat)

    def _membership(self, chat: Chat, blocked: bool) -> None:
        chat.person.blocked = blocked
        self._world.tell_person(chat)
        if not chat.person.started:
            return
        change = {
            "chat": chat.chat_card,
            "from": chat.user_card,
            "date": self._world.now(),
            "old_chat_member": bot_as_member(self._world.bot_card, inside=blocked),
            "new_chat_member": bot_as_member(self._world.bot_card, inside=not blocked),
        }
        self._world.updates.add("my_chat_member", change, chat.person.id)

    def _open_chat(self, person_id: int) -> Chat:
        """The chat, for somebody who does something in it: whoever does has started the bot."""
        chat = self.chat(person_id)
        if chat.person.blocked:
            raise PersonRefused("This person has blocked the bot.")
        self._unblock(chat)
        return chat

    def _say(self, chat: Chat, text: str, reply_to: int = 0) -> Message:
        return self._hear(chat, _text_content(text), reply_to)

    def _hear(self, chat: Chat, content: JSON, reply_to: int = 0) -> Message:
        message = self._world.hear(chat, content, reply_to)
        if chat.keyboard and chat.keyboard["one_time"] and _used(chat.keyboard, content):
            self._world.show_keyboard(chat, None)
        return message


def _text_content(source: str) -> JSON:
    try:
        text, entities = written(source)
    except Refused as refused:
        raise PersonRefused("A text must be Unicode of at most 32,768 bytes.") from refused
    if not text:
        raise PersonRefused("There is nothing to send.")
    if len(text) > TEXT_LIMIT:
        raise PersonRefused("A message has at most 4,096 characters.")
    return {"text": text, "entities": entities} if entities else {"text": text}


def _used(keyboard: JSON, content: JSON) -> bool:
    buttons = [button for row in keyboard["rows"] for button in row]
    asked = {"contact": "request_contact", "location": "request_location"}
    if any(kind in content and button.get(request) for kind, request in asked.items() for button in buttons):
        return True
    return any(button["text"] == content.get("text") for button in buttons)
