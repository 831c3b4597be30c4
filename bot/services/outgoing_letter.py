"""A letter: one line of the log on its way to somebody, or a few that go out as one message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

#: What an alert shows of its request: who took it, when it was closed, whether it was opened again.
RequestState = tuple[int | None, datetime | None]


@dataclass(frozen=True, slots=True)
class Letter:
    """One line to be sent to `user_id`, or edited there."""

    user_id: int
    number: int
    #: `bot.flow.content.Kind`; or "alert" and "relay", which are drawn when they are sent.
    kind: str
    #: `contents.to_json`; for a relay {"relay_of": [user id, number]}.
    #: "typing": true asks for "typing …" before it, "reply_to" is the message there that it answers.
    content: dict[str, Any]
    #: The text in words, without markup.
    words: str
    #: Set: this message of Telegram's is to be edited; None: a new one is to be sent.
    telegram_id: int | None
    #: 0 answers, 1 support, 2 pushes.
    lane: int
    #: Attempts so far that did not end in an answer.
    attempts: int
    author: str
    author_id: int | None
    #: The support request it belongs to.
    request_id: int | None
    #: The state of that request when the letter was taken.
    request_state: RequestState
    #: Why an earlier attempt left it open whether it arrived.
    doubt: str | None = None
    #: Not before this time.
    due_at: datetime | None = None
    #: What it is a copy of: a message in somebody's chat.
    source_chat: int | None = None
    source_id: int | None = None
    #: Letters to the same person that go out with it, in the same message or album.
    joined: tuple[Letter, ...] = ()

    @property
    def edits(self) -> bool:
        """Whether it changes a message that was sent before."""
        return self.telegram_id is not None

    @property
    def count(self) -> int:
        """How many lines of the log it stands for."""
        return 1 + len(self.joined)

    @property
    def album(self) -> str | None:
        """The album it is a part of."""
        return self.content.get("album")
