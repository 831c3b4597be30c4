"""Who the engine talks with: everything it may know about the person, as values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

#: What a rule or a placeholder can read of a person.
Known = str | float | bool | date | time | datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person is in the flow. It survives restarts, so it holds plain values only."""

    #: The block whose answers are awaited; None before the first /start and after `end`.
    block: str | None = None
    #: Inputs that did not fit, in a row, at this block.
    failures: int = 0
    #: The person's last input in words: what an empty `set` stores and what staff are told.
    last_input: str = ""
    #: Blocks to return to (sub-flows), innermost last.
    returns: tuple[str, ...] = ()
    #: Telegram's id of the album that came last; None: the last thing was none.
    album: str | None = None
    #: The variable that takes the rest of that album; "": it was taken and is not kept, None: nothing fitted yet.
    collects: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """One person as the flow sees them. `known` has declared variables and system fields; a missing key is not set."""

    known: Mapping[str, Known]
    #: The time of this input, aware, UTC.
    now: datetime
    #: Telegram's language code of the person ("de"), for texts in several languages.
    language: str | None = None
    tagged: frozenset[str] = frozenset()
    #: Whether at least one member of staff can be reached: decides the outcome of Service Operator.
    staff_reachable: bool = False
    #: Whether the person is in the saved group of that name.
    member_of: Callable[[str], bool] = field(default=lambda name: False)

    def value(self, name: str) -> Known | None:
        """The variable or system field, or None where it is not set."""
        return self.known.get(name)

    def tags(self) -> frozenset[str]:
        """The tags the person carries."""
        return self.tagged

    def in_group(self, name: str) -> bool:
        """Membership of a saved group."""
        return self.member_of(name)
