"""The call log: every Bot API call except getUpdates, for the judge of tests."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from sandbox.shapes import JSON
from sandbox.whole import whole


class CallLog:
    """The last `size` calls in order; `total` counts them all."""

    def __init__(self, clock: Callable[[], float], size: int) -> None:
        self._clock = clock
        self._entries: deque[JSON] = deque(maxlen=size)
        self.total = 0

    def add(self, method: str, params: JSON, error: str | None, message_id: int | None = None) -> None:
        """Note one call; `error` is the description of a refusal."""
        self.total += 1
        entry: JSON = {"seq": self.total, "at": self._clock(), "method": method, "params": params, "ok": error is None}
        if error is not None:
            entry["error"] = error
        if message_id is not None:
            entry["message_id"] = message_id
        self._entries.append(entry)

    def after(self, seq: int) -> list[JSON]:
        """The kept entries with a greater number than `seq`, oldest first, each with its chat where one was named."""
        newer: list[JSON] = []
        for entry in reversed(self._entries):
            if entry["seq"] <= seq:
                break
            newer.append(_with_chat(entry))
        newer.reverse()
        return newer


def _with_chat(entry: JSON) -> JSON:
    chat = whole(entry["params"].get("chat_id"))
    return entry if chat is None else {**entry, "chat_id": chat}
