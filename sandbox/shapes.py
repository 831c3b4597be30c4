"""The values the sandbox's world consists of: people, chats, messages, files, queries."""

from __future__ import annotations

from asyncio import Future
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias

JSON: TypeAlias = dict[str, Any]
Rows: TypeAlias = list[list[JSON]]


@dataclass(slots=True)
class Person:
    """Somebody with a phone; `role` ("visitor", "staff", "admin") is only a label for the page."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    phone: str = ""
    role: str = "visitor"
    blocked: bool = False
    started: bool = False
    #: The account was deleted or frozen.
    deactivated: bool = False


@dataclass(slots=True)
class Message:
    """One message; `content` has the Bot API fields of its kind (text, photo, caption …)."""

    id: int
    date: int
    outgoing: bool
    content: JSON
    edit_date: int = 0
    reply_to: int = 0
    inline: Rows | None = None
    #: Sent with a reply keyboard, its removal or a forced reply: Telegram lets no bot edit such a message.
    fixed: bool = False
    #: In a group, who wrote it; 0 for the bot and in private chats.
    sender: int = 0
    #: In a supergroup, the topic (or the thread of replies) it belongs to; 0 for none and for General.
    thread: int = 0


@dataclass(slots=True, kw_only=True)
class Room:
    """What every chat has; `side` says under which name its id stands in events."""

    side: ClassVar[str]
    id: int = 0
    messages: dict[int, Message] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    keyboard: JSON | None = None
    typing_until: float = 0.0
    pinned: list[int] = field(default_factory=list)
    #: message id → user id → reactions; the bot is a user too
    reactions: dict[int, dict[int, list[JSON]]] = field(default_factory=dict)
    #: message id of a poll → user id → chosen options
    votes: dict[int, dict[int, list[int]]] = field(default_factory=dict)
    #: Grows with everything that changes in the chat; people's clients wait on it.
    revision: int = 0
    waiters: list[Future[None]] = field(default_factory=list)
    user_card: JSON = field(default_factory=dict)
    chat_card: JSON = field(default_factory=dict)


@dataclass(slots=True)
class Chat(Room):
    """The private chat of the bot with one person; its id is the person's."""

    side: ClassVar[str] = "person"
    person: Person


@dataclass(slots=True)
class Member:
    """Somebody's place in a group; `rights` are those of an administrator, or what a restricted member still may."""

    user_id: int
    status: str = "member"
    rights: frozenset[str] = frozenset()
    #: An administrator's own title, a restriction's end, and who made somebody an administrator.
    title: str = ""
    until: int = 0
    by: int = 0


@dataclass(slots=True)
class Topic:
    """A topic of a forum; its id is that of the message that made it, and 1 for General."""

    id: int
    name: str
    color: int
    emoji: str = ""
    closed: bool = False
    hidden: bool = False
    #: Who made it and may therefore rule it without a right.
    by: int = 0


@dataclass(slots=True)
class Group(Room):
    """A basic group, a supergroup with or without topics, or a channel, which counts as a supergroup here."""

    side: ClassVar[str] = "group"
    title: str
    supergroup: bool = False
    forum: bool = False
    username: str = ""
    channel: bool = False
    description: str = ""
    #: The file_id of its picture, "" for none.
    photo: str = ""
    #: What members may not do, of `members.PERMISSIONS`.
    forbidden: frozenset[str] = frozenset()
    #: Invite links as the Bot API shows them, by their address.
    links: dict[str, JSON] = field(default_factory=dict)
    #: user id → the link through which somebody asks to be let in.
    requests: dict[int, str] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    general: Topic = field(default_factory=lambda: Topic(1, "General", 0x6FB9F0))
    #: The supergroup this basic group has become; 0 for none.
    migrated_to: int = 0
    #: Supergroups count their messages themselves.
    last_id: int = 0


@dataclass(slots=True)
class Query:
    """A press on an inline button: open until answered, and for a short while only."""

    id: int
    person_id: int
    message_id: int
    at: float
    answer: JSON | None = None
    #: The group in which the button was pressed; 0 for the private chat.
    group_id: int = 0


@dataclass(slots=True)
class InlineQuery:
    """What a person typed after the bot's name in some chat; `answer` is what the bot offers, None while it thinks."""

    id: int
    person_id: int
    chat_id: int
    text: str
    offset: str
    at: float
    answer: JSON | None = None


@dataclass(slots=True, frozen=True)
class StoredFile:
    """A file the bot or a person sent; `path` is what getFile names, the measures are 0 where unknown."""

    file_id: str
    unique_id: str
    kind: str
    name: str
    mime: str
    size: int
    path: str
    width: int = 0
    height: int = 0
    duration: int = 0
    #: The file_id of the picture that was sent along as its thumbnail, "" for none.
    thumbnail: str = ""


@dataclass(slots=True, frozen=True)
class Upload:
    """A file as it came in a multipart request."""

    name: str
    mime: str
    data: bytes
