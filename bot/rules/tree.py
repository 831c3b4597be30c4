"""A rule as a value: what the parser builds, and what is evaluated, described and compiled to SQL."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TypeAlias

from bot.rules.types import Type


@dataclass(frozen=True, slots=True)
class Field:
    """A system field or a declared variable, with its type."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Day:
    """A day counted from the one on which the rule is read: -1 yesterday, 0 today, 1 tomorrow."""

    offset: int


#: A written value. A datetime is naive and meant in the bot's zone; for a DATETIME field a date means that whole day.
Value: TypeAlias = str | float | bool | date | time | datetime | Day


class Op(enum.StrEnum):
    """How a field is compared with one value."""

    EQUAL = "="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    CONTAINS = "contains"
    STARTS_WITH = "starts with"
    ENDS_WITH = "ends with"


class Unit(enum.StrEnum):
    """A unit of time; months and years follow the calendar."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Compare:
    """``age >= 18``. False where the field is not set; for ``tag`` true if any of the tags fits."""

    field: Field
    op: Op
    value: Value


@dataclass(frozen=True, slots=True)
class Between:
    """``age between 18 and 30``, both ends included."""

    field: Field
    low: Value
    high: Value


@dataclass(frozen=True, slots=True)
class OneOf:
    """``plan in (pro, team)``."""

    field: Field
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class IsSet:
    """``email is set``. A text of blanks alone counts as not set."""

    field: Field


@dataclass(frozen=True, slots=True)
class Within:
    """``last_seen within 7 days``; with ``ahead`` the time to come instead of the time that passed."""

    field: Field
    amount: int
    unit: Unit
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class InGroup:
    """``in group "VIP"``: membership of a saved group."""

    name: str


@dataclass(frozen=True, slots=True)
class Not:
    """True where the part is false."""

    part: Rule


@dataclass(frozen=True, slots=True)
class And:
    """All of two or more parts."""

    parts: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of two or more parts."""

    parts: tuple[Rule, ...]


FieldTest: TypeAlias = Compare | Between | OneOf | IsSet | Within
Leaf: TypeAlias = FieldTest | InGroup
Rule: TypeAlias = Leaf | Not | And | Or


def leaves(rule: Rule) -> Iterator[Leaf]:
    """The conditions of a rule, from left to right."""
    match rule:
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case _:
            yield rule


def groups_named(rule: Rule) -> frozenset[str]:
    """The names of the groups that a rule asks about."""
    return frozenset(leaf.name for leaf in leaves(rule) if isinstance(leaf, InGroup))
