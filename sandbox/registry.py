"""Which methods the sandbox has: each is a plain function from a call to its result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from sandbox.call import Call

Function: TypeAlias = Callable[[Call], Any]
F = TypeVar("F", bound=Function)


@dataclass(slots=True, frozen=True)
class Described:
    """A result with the sentence that Telegram puts beside some."""

    result: Any
    description: str


#: Lower-case name → (name as Telegram writes it, function).
METHODS: dict[str, tuple[str, Function]] = {}


def method(*names: str) -> Callable[[F], F]:
    """Make a function answer to these method names."""

    def enter(function: F) -> F:
        for name in names:
            METHODS[name.lower()] = (name, function)
        return function

    return enter


def emulated() -> list[str]:
    """The names of all methods, in alphabetical order."""
    return sorted([name for name, _ in METHODS.values()] + ["getUpdates"])
