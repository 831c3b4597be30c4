"""The world: one bot, its people and their private chats, in memory, with a clock that is given to it."""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox import render
from sandbox.bus import Bus, touch
from sandbox.calls import CallLog
from sandbox.counters import Counter
from sandbox.errors import bad, forbidden
from sandbox.files import FileStore
from sandbox.keyboards import NONE, Markup
from sandbox.settings import Settings
from sandbox.shapes import JSON, Chat, Message, Person, Query
from sandbox.updates import UpdateQueue
from sandbox.webhook import Webhook

QUERIES_KEPT = 10_000
TYPING_SECONDS = 5.0


@dataclass(slots=True)
class Profile:
    """What the bot says about itself; each text per language code, "" for all others."""

    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    #: (scope, language) → commands; a scope is "default", "all_private_chats", "chat:ID" …
    commands: dict[tuple[str, str], list[JSON]] = field(default_factory=dict)
    #: chat id (0: all chats) → menu button
    menus: dict[int, JSON] = field(default_factory=dict)


class World:
    """Everything there is. Only these methods change it, so that every change is told to those who watch."""

    def __init__(self, settings: Settings, clock: Callable[[], float], seed: int | None = None) -> None:
        self.settings = settings
        self.clock = clock
        self.random = random.Random(seed)
        self.bot_id = int(settings.token.partition(":")[0])
        self.chats: dict[int, Chat] = {}
        self.usernames: dict[str, int] = {}
        self.queries: OrderedDict[int, Query] = OrderedDict()
        self.profile = Profile()
        self.message_ids = Counter()
        self.update_ids = Counter(self.random.randrange(10**8, 9 * 10**8))
        self.query_ids = Counter(self.random.randrange(10**14, 9 * 10**14))
        self.updates = UpdateQueue(clock, self.update_ids)
        self.webhook = Webhook(self.updates, settings, clock)
        self.files = FileStore(settings.data / "files" if settings.data else None)
        self.log = CallLog(clock, settings.log_size)
        self.bus = Bus()
        #: Grows with every change; tells the keeper whether there is something to save.
        self.changes = 0
        self.bot_card: JSON = {}
        self.name_bot(settings.name)

    def now(self) -> int:
        """The time in whole Unix seconds."""
        return int(self.clock())

    def name_bot(self, name: str) -> None:
        """The bot's name, shown in every message of its own from now on."""
        username = self.settings.username
        self.bot_card = {"id": self.bot_id, "is_bot": True, "first_name": name, "username": username}

    def add_person(self, person: Person) -> Chat:
        """A new person, or the same one with other details."""
        chat = self.chats.get(person.id)
        if chat is None:
            chat = self.chats[person.id] = Chat(person)
        chat.person = person
        chat.user_card = render.user_card(person)
        chat.chat_card = render.chat_card(person)
        if person.username:
            self.usernames[person.username.lower()] = person.id
        self.tell_person(chat)
        return chat

    def tell_person(self, chat: Chat) -> None:
        """This person's own state has changed."""
        self.changed(chat, lambda: {"type": "person", "person": render.person(chat.person)})

    def met(self, user_id: int) -> bool:
        """Whether the bot has met this user."""
        return user_id in self.chats and self.chats[user_id].person.started

    def reachable(self, chat_id: int) -> Chat:
        """The chat in which the bot may write now; raises Refused (400, 403)."""
        chat = self.chats.get(chat_id)
        if chat is None:
            raise (
                forbidden("the bot can't send messages to the bot") if chat_id == self.bot_id else bad("chat not found")
            )
        if chat.person.blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.person.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat

    def say(self, chat: Chat, content: JSON, markup: Markup = NONE, reply_to: int = 0) -> Message:
        """The bot writes a message."""
        message = Message(self.message_ids.next(), self.now(), True, content, 0, reply_to, markup.inline, markup.fixed)
        chat.typing_until = 0.0
        self._enter(chat, message)
        if markup.reply or markup.remove:
            self.show_keyboard(chat, markup.reply)
        return message

    def show_keyboard(self, chat: Chat, keyboard: JSON | None) -> None:
        """The keyboard below the chat changes, or goes (None)."""
        chat.keyboard = keyboard
        self.changed(chat, lambda: {"type": "keyboard", "person": chat.person.id, "keyboard": keyboard})

    def hear(self, chat: Chat, content: JSON, reply_to: int = 0) -> Message:
        """A person writes a message; the bot gets an update."""
        message = Message(self.message_ids.next(), self.now(), False, content, 0, reply_to)
        self._enter(chat, message)
        self.updates.add("message", render.message(self, chat, message), chat.person.id)
        return message

    def edit(self, chat: Chat, message: Message) -> None:
        """A message has got new content or buttons."""
        self.changed(chat, lambda: self._event("edited", chat, message))

    def delete(self, chat: Chat, message_id: int) -> None:
        """A message goes, for both sides."""
        del chat.messages[message_id]
        chat.deleted.add(message_id)
        chat.pinned = [other for other in chat.pinned if other != message_id]
        self.changed(chat, lambda: {"type": "deleted", "person": chat.person.id, "message_id": message_id})

    def open_query(self, chat: Chat, message_id: int) -> Query:
        """A press on a button that waits for its answer."""
        query = Query(self.query_ids.next(), chat.person.id, message_id, self.clock())
        self.queries[query.id] = query
        if len(self.queries) > QUERIES_KEPT:
            self.queries.popitem(last=False)
        return query

    def answer(self, query: Query, answer: JSON) -> None:
        """The bot answers a press."""
        query.answer = answer
        chat = self.chats[query.person_id]
        event = {"type": "answer", "person": query.person_id, "query_id": query.id, "message_id": query.message_id}
        self.changed(chat, lambda: {**event, "text": "", "alert": False, **answer})

    def type(self, chat: Chat) -> None:
        """The bot shows that it is busy, for 5 seconds or until its next message."""
        chat.typing_until = self.clock() + TYPING_SECONDS
        self.changed(chat, lambda: {"type": "typing", "person": chat.person.id})

    def changed(self, chat: Chat, event: Callable[[], JSON]) -> None:
        """Tell everybody who watches this chat."""
        self.changes += 1
        touch(chat)
        self.bus.tell(chat.person.id, event)

    def _enter(self, chat: Chat, message: Message) -> None:
        chat.messages[message.id] = message
        self.changed(chat, lambda: self._event("message", chat, message))

    def _event(self, kind: str, chat: Chat, message: Message) -> JSON:
        return {"type": kind, "person": chat.person.id, "message": render.page_message(chat, message)}
