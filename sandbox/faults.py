"""Rules by which the server misbehaves on purpose: refuse, fail, hang up, wait."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from sandbox.errors import PersonRefused, Refused, too_many
from sandbox.shapes import JSON
from sandbox.whole import whole

_TEXTS = {
    400: "Bad Request: chat not found",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found: method not found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    500: "Internal Server Error: restart",
    502: "Bad Gateway",
}


@dataclass(slots=True)
class Rule:
    """What happens to calls of `method` ("" any) in `chat_id` (None any).

    `on` picks the n-th matching call, counted from 1 (0: every one); `times` ends the rule after so many hits.
    """

    id: int
    method: str = ""
    chat_id: int | None = None
    on: int = 0
    times: int = 0
    error: Refused | None = None
    #: "before" or "after" the method has acted; "" keeps the connection.
    close: str = ""
    #: Seconds by which the answer comes late; the method has acted by then.
    delay: float = 0.0
    #: "before" or "after" the method has acted, the call waits until the rule is deleted.
    hold: str = ""
    seen: int = 0
    hits: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def strikes(self, method: str, chat_id: int | None) -> bool:
        """Whether this call is hit; counts it."""
        if (self.method and self.method != method.lower()) or (self.chat_id is not None and self.chat_id != chat_id):
            return False
        self.seen += 1
        if (self.on and self.seen != self.on) or (self.times and self.hits >= self.times):
            return False
        self.hits += 1
        return True

    def card(self) -> JSON:
        """The rule as JSON."""
        return {
            "id": self.id,
            "method": self.method,
            "chat_id": self.chat_id,
            "on": self.on,
            "times": self.times,
            "error": self.error.envelope() if self.error else None,
            "close": self.close,
            "delay": self.delay,
            "hold": self.hold,
            "seen": self.seen,
            "hits": self.hits,
        }


class Faults:
    """The table of rules; the first one that strikes decides."""

    def __init__(self) -> None:
        self._rules: dict[int, Rule] = {}
        self._last = 0

    def add(self, given: JSON) -> Rule:
        """Enter a rule: {"method"?, "chat_id"?, "on"?, "times"?, "error"? {"code", "description"?, "retry_after"?},
        "close"? and "hold"? "before" | "after", "delay"? seconds}. Raises PersonRefused."""
        self._last += 1
        rule = Rule(
            id=self._last,
            method=str(given.get("method") or "").lower(),
            chat_id=_integer(given, "chat_id"),
            on=_integer(given, "on") or 0,
            times=_integer(given, "times") or 0,
            error=_error(given.get("error")),
            close=_side(given, "close"),
            delay=_seconds(given.get("delay")),
            hold=_side(given, "hold"),
        )
        self._rules[rule.id] = rule
        return rule

    def remove(self, rule_id: int | None = None) -> None:
        """Forget one rule, or all; calls that are held go on."""
        for number in list(self._rules) if rule_id is None else [rule_id]:
            rule = self._rules.pop(number, None)
            if rule:
                rule.released.set()

    def cards(self) -> list[JSON]:
        """All rules as JSON."""
        return [rule.card() for rule in self._rules.values()]

    def strike(self, method: str, chat_id: Any) -> Rule | None:
        """The rule that hits this call."""
        if not self._rules:
            return None
        number = whole(chat_id)
        return next((rule for rule in self._rules.values() if rule.strikes(method, number)), None)


def _integer(given: JSON, name: str) -> int | None:
    value = given.get(name)
    if value is None or value == "all":
        return None
    if not isinstance(value, int):
        raise PersonRefused(f"{name} must be a whole number.")
    return value


def _side(given: JSON, name: str) -> str:
    value = given.get(name) or ""
    if value not in ("", "before", "after"):
        raise PersonRefused(f'{name} must be "before" or "after".')
    return str(value)


def _seconds(value: Any) -> float:
    if not isinstance(value, (int, float, type(None))):
        raise PersonRefused("delay must be a number of seconds.")
    return float(value or 0)


def _error(given: Any) -> Refused | None:
    if not given:
        return None
    if not isinstance(given, dict) or not isinstance(given.get("code"), int):
        raise PersonRefused("error must be an object with a code.")
    code = given["code"]
    if code == 429:
        return too_many(_integer(given, "retry_after") or 1)
    parameters = given.get("parameters") or {}
    return Refused(code, str(given.get("description") or _TEXTS.get(code, "Internal Server Error")), **parameters)
