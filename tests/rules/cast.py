"""The people and the variables that rules are tried on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.rules import Fact, Type

#: A Sunday noon in November.
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

FIELDS: Mapping[str, Type] = {
    "city": Type.TEXT,
    "plan": Type.TEXT,
    "age": Type.NUMBER,
    "newsletter": Type.BOOLEAN,
    "birthday": Type.DATE,
    "slot": Type.TIME,
    "visit": Type.DATETIME,
}


@dataclass(frozen=True)
class Person:
    """What is known about one user, without a database."""

    values: Mapping[str, Fact] = field(default_factory=dict)
    marks: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    now: datetime = NOW

    def value(self, name: str) -> Fact | None:
        return self.values.get(name)

    def tags(self) -> frozenset[str]:
        return self.marks

    def in_group(self, name: str) -> bool:
        return name in self.groups
