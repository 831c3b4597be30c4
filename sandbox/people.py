"""What people do with their phones: start, write, press, share, send, block."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sandbox import acts, invites, shares
from sandbox.errors import PersonRefused
from sandbox.members import is_inside
from sandbox.methods_chat import bot_as_member
from sandbox.shapes import JSON, Chat, Message, Person, Query, Upload
from sandbox.world import World

FIRST_ID = 1001
_MESSAGE_LINK = re.compile(r"(?:https?://)?(?:t\.me|telegram\.me)/c/([0-9]{1,12})/([0-9]{1,12})(?:/([0-9]{1,12}))?")
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
        chat = self._alive(person_id)
        self._unblock(chat)
        return self._hear(chat, acts.text_content(f"/start {payload}".strip()))

    def open(self, person_id: int, link: str) -> Message:
        """Tap a link to the bot."""
        parts = urlsplit(link if "://" in link else f"https://{link}")
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        name = query.get("domain", "") if parts.scheme == "tg" else parts.path.strip("/")
        ours = parts.scheme == "tg" or parts.hostname in ("t.me", "telegram.me")
        if not ours or name.lower() != self._world.settings.username.lower():
            raise PersonRefused("This link does not lead to the bot.")
        return self.start(person_id, query.get("start", ""))

    def place_in_group(self, person_id: int, link: str) -> JSON | None:
        """Where a link https://t.me/c/GROUP/THREAD/MESSAGE leads, for somebody in that group; None for other links."""
        found = _MESSAGE_LINK.fullmatch(link)
        if found is None:
            return None
        group = self._world.groups.get(int(f"-100{found[1]}"))
        if group is None or not is_inside(group, person_id):
            raise PersonRefused("This person is not in the group.")
        number = int(found[3] or found[2])
        if number not in group.messages:
            raise PersonRefused("There is no such message.", 404)
        return {"group": group.id, "thread": group.messages[number].thread, "message_id": number}

    def write(self, person_id: int, text: str, reply_to: int = 0, author: int = 0) -> Message:
        """Write a text, or forward one that `author` wrote."""
        chat = self._open_chat(person_id)
        if reply_to and reply_to not in chat.messages:
            raise PersonRefused("The message to reply to is not there.", 404)
        content = acts.text_content(text)
        return self._hear(chat, acts.forwarded(self._world, author, content) if author else content, reply_to)

    def edit(self, person_id: int, message_id: int, text: str) -> Message:
        """Change a text or caption written before; the bot gets edited_message."""
        return acts.edit(self._world, self._open_chat(person_id), person_id, message_id, text)

    def delete(self, person_id: int, message_id: int) -> None:
        """Delete a message for both sides; Telegram tells the bot nothing of it."""
        chat = self.chat(person_id)
        acts.found(chat, message_id)
        self._world.delete(chat, message_id)

    def press(self, person_id: int, message_id: int, data: str) -> Query:
        """Press a button with this data; a client may send any, and also press what has been deleted since."""
        return acts.press(self._world, self._open_chat(person_id), person_id, message_id, data)

    def press_button(self, person_id: int, message_id: int, place: tuple[int, int]) -> JSON:
        """Press the button at (row, column): {"query_id"}, or {"asked"} where it was to pay."""
        return acts.press_button(self._world, self._open_chat(person_id), person_id, message_id, place)

    def join(self, person_id: int, link: str) -> int:
        """Tap an invite link: come in, or ask to be let in. The group's id."""
        return invites.join(self._world, self._alive(person_id).id, link).id

    def set_picture(self, person_id: int, upload: Upload) -> None:
        """A new profile picture, before those there were."""
        stored = self._world.files.add("photo", upload)
        if not stored.width:
            raise PersonRefused("Only PNG, JPEG, GIF and WebP can be a picture.")
        self._world.extras.profile_photos.setdefault(self.chat(person_id).id, []).insert(0, stored.file_id)
        self._world.changes += 1

    def react(self, person_id: int, message_id: int, emoji: str) -> Message:
        """React to a message, or take the reaction back ("")."""
        return acts.reacted(self._world, self._open_chat(person_id), person_id, message_id, emoji)

    def vote(self, person_id: int, message_id: int, options: list[int]) -> Message:
        """Vote in a poll, or take the vote back ([])."""
        return acts.vote(self._world, self._open_chat(person_id), person_id, message_id, options)

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

    def send_file(self, person_id: int, kind: str, upload: Upload, caption: str = "") -> Message:
        """Send a file as a photo, document, video …"""
        [sent] = self.send_files(person_id, [acts.file_content(self._world, kind, upload, caption)])
        return sent

    def send_files(self, person_id: int, contents: list[JSON]) -> list[Message]:
        """Send files, made by `acts.file_content`."""
        chat = self._open_chat(person_id)
        return [self._hear(chat, content) for content in contents]

    def share_chat(self, person_id: int, group_id: int, request_id: int) -> Message:
        """Choose a group for a button that asks for one; the bot gets the place in it that the button asks for."""
        chat = self._open_chat(person_id)
        request = shares.asked_for(chat, "request_chat", request_id)
        return self._hear(chat, shares.shared_chat(self._world, chat, request, group_id))

    def share_users(self, person_id: int, user_ids: list[int], request_id: int) -> Message:
        """Choose people for a button that asks for them."""
        chat = self._open_chat(person_id)
        request = shares.asked_for(chat, "request_users", request_id)
        return self._hear(chat, shares.shared_users(self._world, request, user_ids))

    def deactivate(self, person_id: int, deactivated: bool = True) -> None:
        """The account is deleted or frozen: the bot cannot write to it; the bot is not told."""
        chat = self.chat(person_id)
        chat.person.deactivated = deactivated
        self._world.tell_person(chat)

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
        return acts.page(self.chat(person_id), before, limit)

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
        chat = self._alive(person_id)
        if chat.person.blocked:
            raise PersonRefused("This person has blocked the bot.")
        self._unblock(chat)
        return chat

    def _alive(self, person_id: int) -> Chat:
        chat = self.chat(person_id)
        if chat.person.deactivated:
            raise PersonRefused("This account is deactivated.")
        return chat

    def _hear(self, chat: Chat, content: JSON, reply_to: int = 0) -> Message:
        message = self._world.hear(chat, content, reply_to)
        if chat.keyboard and chat.keyboard["one_time"] and _used(chat.keyboard, content):
            self._world.show_keyboard(chat, None)
        return message


def _used(keyboard: JSON, content: JSON) -> bool:
    buttons = [button for row in keyboard["rows"] for button in row]
    asked = {
        "contact": "request_contact",
        "location": "request_location",
        "chat_shared": "request_chat",
        "users_shared": "request_users",
    }
    if any(kind in content and button.get(request) for kind, request in asked.items() for button in buttons):
        return True
    return any(button["text"] == content.get("text") for button in buttons)
