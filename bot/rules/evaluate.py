"""Whether a rule holds for one user, from what is in memory."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.rules.fold import fold
from bot.rules.ranges import ranges, texts
from bot.rules.tree import And, Compare, FieldTest, InGroup, IsSet, Not, OneOf, Op, Or, Rule
from bot.rules.types import Fact, Type, to_number


class Facts(Protocol):
    """What is known about one user."""

    @property
    def now(self) -> datetime:
        """The present, aware; its zone is the one in which written days and hours are meant."""

    def value(self, name: str) -> Fact | None:
        """The value of a field other than ``tag``, of the field's type; None where it is not set."""

    def tags(self) -> frozenset[str]:
        """The user's tags."""

    def in_group(self, name: str) -> bool:
        """Whether the user is a member of the saved group."""


def evaluate(rule: Rule, facts: Facts) -> bool:
    """Whether the rule holds. Raises ValueError where a value in memory is not of its field's type."""
    match rule:
        case And(parts):
            return all(evaluate(part, facts) for part in parts)
        case Or(parts):
            return any(evaluate(part, facts) for part in parts)
        case Not(part):
            return not evaluate(part, facts)
        case InGroup(name):
            return facts.in_group(name)
    return _holds(rule, facts)


def _holds(leaf: FieldTest, facts: Facts) -> bool:
    if leaf.field.type is Type.TEXT:
        return any(_text_fits(leaf, text) for text in _texts_of(leaf.field.name, facts))
    value = facts.value(leaf.field.name)
    if value is None:
        return False
    number = to_number(value, leaf.field.type)
    return isinstance(leaf, IsSet) or any(number in allowed for allowed in ranges(leaf, facts.now))


def _texts_of(name: str, facts: Facts) -> list[str]:
    """The folded texts of a field; those without a visible letter count as not set."""
    if name == "tag":
        return [folded for tag in facts.tags() if (folded := fold(tag))]
    value = facts.value(name)
    if value is None:
        return []
    if not isinstance(value, str):
        raise ValueError(f"{name} should be a text and is {value!r}")
    return [folded] if (folded := fold(value)) else []


def _text_fits(leaf: FieldTest, text: str) -> bool:
    match leaf:
        case IsSet():
            return True
        case OneOf():
            return text in texts(leaf)
        case Compare(_, op):
            (wanted,) = texts(leaf)
            return _compare(op, text, wanted)
    raise ValueError(f"{leaf!r} does not compare texts")


def _compare(op: Op, text: str, wanted: str) -> bool:
    match op:
        case Op.EQUAL:
            return text == wanted
        case Op.CONTAINS:
            return wanted in text
        case Op.STARTS_WITH:
            return text.startswith(wanted)
        case Op.ENDS_WITH:
            return text.endswith(wanted)
    raise ValueError(f"{op} does not compare texts")
