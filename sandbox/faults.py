"""Rules by which the server misbehaves on purpose: refuse, fail, hang up, wait, answer nonsense, tell updates twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
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

    `on` picks the n-th matching call, counted from 1 (0: every one); `times` ends the rule after so many hits;
    `probability` lets only some of them be hit, the same ones for the same `seed`.
    """

    id: int
    method: str = ""
    chat_id: int | None = None
    on: int = 0
    times: int = 0
    error: Refused | None = None
    #: "unread" (before the request was read), "before" or "after" the method has acted; "" keeps the connection.
    close: str = ""
    #: Seconds by which the answer comes late; the method has acted by then.
    delay: float = 0.0
    #: "before" or "after" the method has acted, the call waits until the rule is deleted.
    hold: str = ""
    #: What the method's answer is turned into: "half" of it, or "garbled", which is no JSON.
    answer: str = ""
    #: Updates come "twice" or "reordered"; the method is then getUpdates or webhook.
    updates: str = ""
    probability: float = 1.0
    seed: int = 0
    seen: int = 0
    hits: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)
    chance: random.Random = field(default_factory=random.Random)

    def strikes(self, method: str, chat_id: int | None) -> bool:
        """Whether this call is hit; counts it."""
        if (self.method and self.method != method.lower()) or (self.chat_id is not None and self.chat_id != chat_id):
            return False
        self.seen += 1
        if (self.on and self.seen != self.on) or (self.times and self.hits >= self.times):
            return False
        if self.probability < 1 and self.chance.random() >= self.probability:
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
            "answer": self.answer,
            "updates": self.updates,
            "probability": self.probability,
            "seed": self.seed,
            "seen": self.seen,
            "hits": self.hits,
        }


#: What a rule can be given.
_GIVEN = frozenset(
    ("method", "chat_id", "on", "times", "probability", "seed", "error", "close", "hold", "delay", "answer", "updates")
)


class Faults:
    """The table of rules; the first one that strikes decides. `on_change` hears of each rule that is new or has hit."""

    def __init__(self) -> None:
        self._rules: dict[int, Rule] = {}
        self._last = 0
        self.on_change: Callable[[Rule], None] = lambda rule: None

    def add(self, given: JSON) -> Rule:
        """Enter a rule: {"method"?, "chat_id"?, "on"?, "times"?, "probability"?, "seed"?, "error"? {"code",
        "description"?, "retry_after"?, "parameters"?}, "close"? "unread" | "before" | "after", "hold"? "before" |
        "after", "delay"? seconds, "answer"? "half" | "garbled", "updates"? "twice" | "reordered"}.
        Raises PersonRefused."""
        if unknown := sorted(given.keys() - _GIVEN):
            raise PersonRefused(f"A rule has no {unknown[0]!r}; it can have {', '.join(sorted(_GIVEN))}.")
        self._last += 1
        rule = Rule(
            id=self._last,
            method=str(given.get("method") or "").lower(),
            chat_id=_integer(given, "chat_id"),
            on=_integer(given, "on") or 0,
            times=_integer(given, "times") or 0,
            error=_error(given.get("error")),
            close=_one_of(given, "close", "unread", "before", "after"),
            delay=_number(given, "delay", 0.0),
            hold=_one_of(given, "hold", "before", "after"),
            answer=_one_of(given, "answer", "half", "garbled"),
            updates=_one_of(given, "updates", "twice", "reordered"),
            probability=_number(given, "probability", 1.0),
            seed=_integer(given, "seed") or 0,
        )
        rule.chance.seed(rule.seed)
        if rule.close == "unread" and rule.chat_id is not None:
            raise PersonRefused("Before a request is read, nobody knows which chat it is about.")
        self._rules[rule.id] = rule
        self.on_change(rule)
        return rule

    def remove(self, rule_id: int | None = None) -> None:
        """Forget one rule, or all; calls that are held go on."""
        for number in list(self._rules) if rule_id is None else [rule_id]:
            rule = self._rules.pop(number, None)
            if rule:
                rule.released.set()
                self.on_change(rule)

    def cards(self) -> list[JSON]:
        """All rules as JSON."""
        return [rule.card() for rule in self._rules.values()]

    def strike(self, method: str, chat_id: Any) -> Rule | None:
        """The rule that hits this call, which has been read."""
        if not self._rules:
            return None
        return self._first(method, whole(chat_id), lambda rule: not rule.updates and rule.close != "unread")

    def shut(self, method: str) -> bool:
        """Whether this call is not even read."""
        return bool(self._rules) and self._first(method, None, lambda rule: rule.close == "unread") is not None

    def disturbance(self, method: str) -> str:
        """What happens to updates on their way ("twice", "reordered" or ""); `method` is getUpdates or webhook."""
        rule = self._first(method, None, lambda rule: bool(rule.updates)) if self._rules else None
        return rule.updates if rule else ""

    def _first(self, method: str, chat_id: int | None, fits: Callable[[Rule], bool]) -> Rule | None:
        for rule in self._rules.values():
            if fits(rule) and rule.strikes(method, chat_id):
                self.on_change(rule)
                return rule
        return None


def _integer(given: JSON, name: str) -> int | None:
    value = given.get(name)
    if value is None or value == "all":
        return None
    if not isinstance(value, int):
        raise PersonRefused(f"{name} must be a whole number.")
    return value


def _one_of(given: JSON, name: str, *choices: str) -> str:
    value = given.get(name) or ""
    if value not in ("", *choices):
        raise PersonRefused(f"{name} must be one of {', '.join(choices)}.")
    return str(value)


def _number(given: JSON, name: str, default: float) -> float:
    value = given.get(name)
    if not isinstance(value, (int, float, type(None))):
        raise PersonRefused(f"{name} must be a number.")
    return default if value is None else float(value)


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
