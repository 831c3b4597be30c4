"""The world: one bot, its people, their private chats and groups, in memory, with a clock that is given to it."""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox import render
from sandbox.access import refuse_group, refuse_person
from sandbox.bus import Bus, touch
from sandbox.calls import CallLog
from sandbox.counters import Counter
from sandbox.departures import Departures
from sandbox.errors import bad, forbidden
from sandbox.extras import Extras
from sandbox.files import FileStore
from sandbox.keyboards import NONE, Markup
from sandbox.members import ANONYMOUS, is_inside
from sandbox.settings import Settings
from sandbox.shapes import JSON, Chat, Group, InlineQuery, Message, Person, Query, Room
from sandbox.updates import UpdateQueue
from sandbox.webhook import Webhook

ANONYMOUS_CARD: JSON = {"id": ANONYMOUS, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
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
        self.groups: dict[int, Group] = {}
        self.usernames: dict[str, int] = {}
        self.queries: OrderedDict[int, Query] = OrderedDict()
        self.inline: OrderedDict[int, InlineQuery] = OrderedDict()
        #: (text, offset, person or 0 for everybody) → (until when, the bot's answer)
        self.inline_cache: dict[tuple[str, str, int], tuple[float, JSON]] = {}
        self.profile = Profile()
        self.extras = Extras()
        self.message_ids = Counter()
        self.update_ids = Counter(self.random.randrange(10**8, 9 * 10**8))
        self.query_ids = Counter(self.random.randrange(10**14, 9 * 10**14))
        self.departures = Departures()
        self.updates = UpdateQueue(clock, self.update_ids, self.departures.update if settings.checked else None)
        self.webhook = Webhook(self.updates, settings, clock)
        self.files = FileStore(settings.data / "files" if settings.data else None)
        self.log = CallLog(clock, settings.log_size)
        self.bus = Bus()
        self.departures.on_change = lambda one: self.bus.tell(None, lambda: {"type": "departure", "departure": one})
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
            chat = self.chats[person.id] = Chat(person, id=person.id)
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

    def user_card(self, user_id: int) -> JSON:
        """A user as the Bot API shows it: the bot, a person, or whoever writes for anonymous administrators."""
        if user_id == self.bot_id:
            return self.bot_card
        return ANONYMOUS_CARD if user_id == ANONYMOUS else self.chats[user_id].user_card

    def met(self, user_id: int) -> bool:
        """Whether the bot has met this user: in private, or in a group that both are in."""
        if user_id not in self.chats:
            return False
        return self.chats[user_id].person.started or any(
            is_inside(group, user_id) and is_inside(group, self.bot_id) for group in self.groups.values()
        )

    def room(self, chat_id: int) -> Room:
        """The private chat or group with this id, which must be there."""
        return self.chats.get(chat_id) or self.groups[chat_id]

    def reachable(self, chat_id: int) -> Room:
        """The chat in which the bot may write now; raises Refused (400, 403)."""
        chat = self.chats.get(chat_id)
        if chat is None:
            return self._reachable_group(chat_id)
        person = chat.person
        if person.blocked or person.deactivated or not person.started:
            refuse_person(person)
        return chat

    def _reachable_group(self, chat_id: int) -> Group:
        group = self.groups.get(chat_id)
        if group is None:
            raise (
                forbidden("the bot can't send messages to the bot") if chat_id == self.bot_id else bad("chat not found")
            )
        refuse_group(group, self.bot_id)
        return group

    def tell_group(self, group: Group) -> None:
        """The group's own state has changed: its title, members, rights or topics."""
        self.changed(group, lambda: {"type": "group", "group": group.id, "card": render.group(group, self.bot_id)})

    def number(self, room: Room) -> int:
        """The id of the next message: supergroups count for themselves, all other chats together."""
        if isinstance(room, Group) and room.supergroup:
            room.last_id += 1
            return room.last_id
        return self.message_ids.next()

    def say(
        self, chat: Room, content: JSON, markup: Markup = NONE, reply_to: int = 0, thread: int = 0, number: int = 0
    ) -> Message:
        """The bot writes a message; `number` is its id where that was needed before."""
        number = number or self.number(chat)
        message = Message(number, self.now(), True, content, 0, reply_to, markup.inline, markup.fixed, 0, thread)
        chat.typing_until = 0.0
        self.enter(chat, message)
        if markup.reply or markup.remove:
            self.show_keyboard(chat, markup.reply)
        return message

    def show_keyboard(self, chat: Room, keyboard: JSON | None) -> None:
        """The keyboard below the chat changes, or goes (None)."""
        chat.keyboard = keyboard
        self.changed(chat, lambda: {"type": "keyboard", chat.side: chat.id, "keyboard": keyboard})

    def hear(self, chat: Chat, content: JSON, reply_to: int = 0) -> Message:
        """A person writes a message; the bot gets an update."""
        message = Message(self.message_ids.next(), self.now(), False, content, 0, reply_to)
        self.enter(chat, message)
        self.updates.add("message", render.message(self, chat, message), chat.person.id)
        return message

    def edit(self, chat: Room, message: Message) -> None:
        """A message has got new content or buttons."""
        self.changed(chat, lambda: self._event("edited", chat, message))

    def delete(self, chat: Room, message_id: int) -> None:
        """A message goes, for both sides."""
        del chat.messages[message_id]
        chat.deleted.add(message_id)
        chat.pinned = [other for other in chat.pinned if other != message_id]
        self.changed(chat, lambda: {"type": "deleted", chat.side: chat.id, "message_id": message_id})

    def open_query(self, chat: Room, person_id: int, message_id: int) -> Query:
        """A press on a button that waits for its answer."""
        group_id = chat.id if isinstance(chat, Group) else 0
        query = Query(self.query_ids.next(), person_id, message_id, self.clock(), group_id=group_id)
        self.queries[query.id] = query
        if len(self.queries) > QUERIES_KEPT:
            self.queries.popitem(last=False)
        return query

    def answer(self, query: Query, answer: JSON) -> None:
        """The bot answers a press."""
        query.answer = answer
        event = {"type": "answer", "person": query.person_id, "query_id": query.id, "message_id": query.message_id}
        if query.group_id:
            event["group"] = query.group_id
        chat = self.room(query.group_id or query.person_id)
        self.changed(chat, lambda: {**event, "text": "", "alert": False, **answer})

    def type(self, chat: Room) -> None:
        """The bot shows that it is busy, for 5 seconds or until its next message."""
        chat.typing_until = self.clock() + TYPING_SECONDS
        self.changed(chat, lambda: {"type": "typing", chat.side: chat.id})

    def changed(self, chat: Room, event: Callable[[], JSON]) -> None:
        """Tell everybody who watches this chat."""
        self.changes += 1
        touch(chat)
        self.bus.tell(chat.id, event)

    def enter(self, chat: Room, message: Message) -> None:
        """A message stands in its chat from now on."""
        chat.messages[message.id] = message
        self.changed(chat, lambda: self._event("message", chat, message))

    def _event(self, kind: str, chat: Room, message: Message) -> JSON:
        return {"type": kind, chat.side: chat.id, "message": render.page_message(self, chat, message)}
