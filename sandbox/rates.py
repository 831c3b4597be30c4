"""Telegram's sending limits: a bucket for each chat and one for all."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.errors import too_many
from sandbox.settings import Rates

COUNTED = frozenset(
    [
        "copymessage",
        "copymessages",
        "forwardmessage",
        "forwardmessages",
        "editmessagetext",
        "editmessagecaption",
        "editmessagemedia",
        "editmessagereplymarkup",
        "createforumtopic",
    ]
)


@dataclass(slots=True)
class Bucket:
    """Holds up to `size` sends and fills by `speed` a second; empty, it says how long to wait."""

    speed: float
    size: int
    level: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until one send is allowed; 0 for at once."""
        self.level = min(self.size, self.level + (now - self.at) * self.speed)
        self.at = now
        return 0.0 if self.level >= 1 else (1 - self.level) / self.speed


@dataclass(slots=True)
class Window:
    """Lets `size` sends pass within any `seconds`."""

    size: int
    seconds: float
    sent: deque[float]

    def wait(self, now: float) -> float:
        """Seconds until one send is allowed; 0 for at once."""
        while self.sent and self.sent[0] <= now - self.seconds:
            self.sent.popleft()
        return 0.0 if len(self.sent) < self.size else self.sent[0] + self.seconds - now


class Limits:
    """Refuses with 429 what is sent too fast; does nothing without rates."""

    def __init__(self, rates: Rates | None, clock: Callable[[], float]) -> None:
        self._rates = rates
        self._clock = clock
        self._chats: dict[object, Bucket] = {}
        self._groups: dict[object, Window] = {}
        self._all = Bucket(rates.all_per_second, rates.all_burst, rates.all_burst, clock()) if rates else None

    def check(self, method: str, chat_id: object) -> None:
        """Count one call; raises Refused (429)."""
        if self._rates is None or self._all is None or not (method.startswith("send") or method in COUNTED):
            return
        if method == "sendchataction":
            return
        now = self._clock()
        key = str(chat_id)
        chat = self._chats.get(key)
        if chat is None:
            rates = self._rates
            chat = self._chats[key] = Bucket(rates.chat_per_second, rates.chat_burst, rates.chat_burst, now)
        window = self._window(key) if key.startswith("-") else None
        wait = max(chat.wait(now), self._all.wait(now), window.wait(now) if window else 0.0)
        if wait:
            raise too_many(max(1, math.ceil(wait)))
        chat.level -= 1
        self._all.level -= 1
        if window:
            window.sent.append(now)

    def _window(self, key: object) -> Window:
        """What a group may still be sent within a minute."""
        if key not in self._groups:
            self._groups[key] = Window(self._rates.group_per_minute if self._rates else 0, 60.0, deque())
        return self._groups[key]
