"""A staff group as the bot meets it, without a wire: topics come and go, and what was posted is kept for the judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bot.services.receipt import Outcome, Receipt
from bot.wire import Call

GROUP = -1001


@dataclass
class Group:
    """Topics by id, messages with their topic, and all that was ever posted, also in topics that are gone."""

    threads: set[int] = field(default_factory=set)
    closed: set[int] = field(default_factory=set)
    messages: dict[int, int] = field(default_factory=dict)
    posts: list[str] = field(default_factory=list)
    present: bool = True
    _ids: count[int] = field(default_factory=lambda: count(50))

    def next_id(self) -> int:
        """The number of the next message."""
        return next(self._ids)

    def does(self, calls: Sequence[Call]) -> tuple[Receipt, tuple[int, ...]]:
        """The calls of one step, until one fails; how the last one ended, and what the first one made."""
        receipt, ids = Receipt(Outcome.SENT), tuple[int, ...]()
        for call in calls:
            reason = self._refuses(call)
            if reason is not None:
                kicked = "kicked" in reason
                return Receipt(Outcome.GONE if kicked else Outcome.REFUSED, reason=reason), ids
            ids = ids or self._done(call)
        return receipt, ids

    def _refuses(self, call: Call) -> str | None:
        given = call.parameters
        if not self.present:
            return "bot was kicked from the supergroup chat"
        thread = given.get("message_thread_id")
        if thread is not None and thread not in self.threads:
            return "message thread not found"
        if (edited := given.get("message_id")) is not None and self.messages.get(edited) not in self.threads:
            return "message to edit not found"
        if call.method in ("closeForumTopic", "reopenForumTopic"):
            shut = call.method == "closeForumTopic"
            return "TOPIC_NOT_MODIFIED" if (thread in self.closed) is shut else None
        return None

    def _done(self, call: Call) -> tuple[int, ...]:
        given = call.parameters
        match call.method:
            case "createForumTopic":
                self.threads.add(number := self.next_id())
                return (number,)
            case "closeForumTopic":
                self.closed.add(given["message_thread_id"])
                return ()
            case "reopenForumTopic":
                self.closed.discard(given["message_thread_id"])
                return ()
        if given.get("text") and "reply_markup" not in given:
            self.posts.append(str(given["text"]))
        self.posts += [str(one.get("caption", "")) for one in _media(given)]
        return tuple(self._put(given) for _ in _media(given) or (given,))

    def _put(self, given: Mapping[str, Any]) -> int:
        if "message_id" in given:
            return int(given["message_id"])
        number = self.next_id()
        self.messages[number] = given.get("message_thread_id", 0)
        return number


def _media(given: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The files of an album, of a changed message, or the one that it is."""
    media = given.get("media")
    if media is None:
        return [given] if "caption" in given else []
    return media if isinstance(media, list) else [media]
