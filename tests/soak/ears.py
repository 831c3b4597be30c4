"""What a sandbox was told, counted as it comes: an hour of calls would not fit into its log."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from sandbox import Sandbox

#: A word that a person of the soak said, and nobody else: it can be found again wherever it was passed on to.
WORD = re.compile(r"\b[qr]\d+x\d+\b")
#: How the sandbox names, in its log, what it did not do because a rule said so.
_HUNG_UP = "closed before"


class Ears:
    """Listens at the Bot API's door."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._add = sandbox.world.log.add
        #: How often each text was sent to each chat.
        self.said: Counter[tuple[int, str]] = Counter()
        #: Words of people, by the chats that they came to.
        self.words: dict[str, set[int]] = {}
        #: How often each press was answered, and which answers Telegram did not take.
        self.answered: Counter[str] = Counter()
        self.not_taken: set[str] = set()
        #: Calls, those that failed, and answers to a press that were never read.
        self.calls = self.failed = self.unread_answers = 0
        sandbox.world.log.add = self._note  # type: ignore[method-assign]

    def _note(self, method: str, params: dict[str, Any], error: str | None, message_id: int | None = None) -> None:
        self.calls += 1
        self.failed += error is not None
        name = method.lower()
        if name == "answercallbackquery":
            self._answer(params, error)
        elif error is None and "chat_id" in params:
            self._hear(name, int(params["chat_id"]), str(params.get("text") or params.get("caption") or ""))
        self._add(method, params, error, message_id)

    def _answer(self, params: dict[str, Any], error: str | None) -> None:
        if not (query := str(params.get("callback_query_id", ""))):
            self.unread_answers += 1
        elif error is None:
            self.answered[query] += 1
        else:
            self.not_taken.add(query)

    def _hear(self, method: str, chat_id: int, text: str) -> None:
        if method == "sendmessage":
            self.said[chat_id, text] += 1
        for word in WORD.findall(text):
            self.words.setdefault(word, set()).add(chat_id)
