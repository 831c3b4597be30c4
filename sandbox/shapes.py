"""The values the sandbox's world consists of: people, chats, messages, files, queries."""

from __future__ import annotations

from asyncio import Future
from dataclasses import dataclass, field
from typing import Any, TypeAlias

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


@dataclass(slots=True)
class Message:
    """One message of a private chat; `content` has the Bot API fields of its kind (text, photo, caption …)."""

    id: int
    date: int
    outgoing: bool
    content: JSON
    edit_date: int = 0
    reply_to: int = 0
    inline: Rows | None = None
    #: Sent with a reply keyboard, its removal or a forced reply: Telegram lets no bot edit such a message.
    fixed: bool = False


@dataclass(slots=True)
class Chat:
    """The private chat of the bot with one person; its id is the person's."""

    person: Person
    messages: dict[int, Message] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    keyboard: JSON | None = None
    typing_until: float = 0.0
    pinned: list[int] = field(default_factory=list)
    reactions: dict[int, list[JSON]] = field(default_factory=dict)
    #: Grows with everything that changes in the chat; people's clients wait on it.
    revision: int = 0
    waiters: list[Future[None]] = field(default_factory=list)
    user_card: JSON = field(default_factory=dict)
    chat_card: JSON = field(default_factory=dict)


@dataclass(slots=True)
class Query:
    """A press on an inline button: open until answered, and for a short while only."""

    id: int
    person_id: int
    message_id: int
    at: float
    answer: JSON | None = None


@dataclass(slots=True, frozen=True)
class StoredFile:
    """A file the bot or a person sent; `path` is what getFile names, `width` and `height` are 0 where unknown."""

    file_id: str
    unique_id: str
    kind: str
    name: str
    mime: str
    size: int
    path: str
    width: int = 0
    height: int = 0


@dataclass(slots=True, frozen=True)
class Upload:
    """A file as it came in a multipart request."""

    name: str
    mime: str
    data: bytes
