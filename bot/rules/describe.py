"""A rule in words: as its own source text, and as a plain sentence in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.rules.tree import (
    And,
    Between,
    Compare,
    Day,
    FieldTest,
    InGroup,
    IsSet,
    Not,
    OneOf,
    Op,
    Or,
    Rule,
    Value,
    Within,
)
from bot.rules.values import quote, write_value

#: Every wording a description is made of; another language brings the same keys.
WORDS: Mapping[str, str] = MappingProxyType(
    {
        "equal": "{field} is {value}",
        "not equal": "{field} is not {value}",
        "less": "{field} is below {value}",
        "at most": "{field} is at most {value}",
        "more": "{field} is above {value}",
        "at least": "{field} is at least {value}",
        "before": "{field} is before {value}",
        "until": "{field} is {value} or before",
        "after": "{field} is after {value}",
        "since": "{field} is {value} or later",
        "contains": "{field} contains {value}",
        "starts with": "{field} starts with {value}",
        "ends with": "{field} ends with {value}",
        "yes": "{field}: yes",
        "no": "{field}: no",
        "not yes": "{field}: not yes",
        "not no": "{field}: not no",
        "between": "{field} is between {low} and {high}",
        "one of": "{field} is one of {values}",
        "set": "{field} is set",
        "not set": "{field} is not set",
        "within": "{field} is within the last {span}",
        "within next": "{field} is within the next {span}",
        "in group": "is in group {value}",
        "not in group": "is not in group {value}",
        "not": "not ({rule})",
        "and": "and",
        "or": "or",
        "yesterday": "yesterday",
        "today": "today",
        "tomorrow": "tomorrow",
        "minute": "minute",
        "minutes": "minutes",
        "hour": "hour",
        "hours": "hours",
        "day": "day",
        "days": "days",
        "week": "week",
        "weeks": "weeks",
        "month": "month",
        "months": "months",
        "year": "year",
        "years": "years",
    }
)
_ORDER = {Op.LESS: "less", Op.AT_MOST: "at most", Op.MORE: "more", Op.AT_LEAST: "at least"}
_ORDER_IN_TIME = {Op.LESS: "before", Op.AT_MOST: "until", Op.MORE: "after", Op.AT_LEAST: "since"}


def unparse(rule: Rule) -> str:
    """The rule as a person would write it; parsing it gives the same rule."""
    match rule:
        case And(parts):
            return " and ".join(_part(part) for part in parts)
        case Or(parts):
            return " or ".join(unparse(part) if isinstance(part, And) else _part(part) for part in parts)
        case Not(Compare(field, Op.EQUAL, value)) if value is not True:
            return f"{field.name} != {write_value(value)}"
        case Not(IsSet(field)):
            return f"{field.name} is not set"
        case Not(OneOf() | Between() | Within() | Compare(_, Op.CONTAINS | Op.STARTS_WITH | Op.ENDS_WITH) as part):
            name, _, comparison = _unparse_test(part).partition(" ")
            return f"{name} not {comparison}"
        case Not(part):
            return f"not {_part(part)}"
        case InGroup(name):
            return f"in group {quote(name)}"
    return _unparse_test(rule)


def _part(rule: Rule) -> str:
    return f"({unparse(rule)})" if isinstance(rule, And | Or) else unparse(rule)


def _unparse_test(leaf: FieldTest) -> str:
    name = leaf.field.name
    match leaf:
        case Compare(_, Op.EQUAL, True):
            return name
        case Compare(_, op, value):
            return f"{name} {op} {write_value(value)}"
        case Between(_, low, high):
            return f"{name} between {write_value(low)} and {write_value(high)}"
        case OneOf(_, values):
            return f"{name} in ({', '.join(map(write_value, values))})"
        case IsSet():
            return f"{name} is set"
        case Within(_, amount, unit, ahead):
            return f"{name} within {'next ' * ahead}{amount} {unit}{'s' * (amount != 1)}"


def describe(rule: Rule, *, labels: Mapping[str, str] | None = None, words: Mapping[str, str] = WORDS) -> str:
    """The rule as a plain sentence. ``labels`` names fields for the reader; ``words`` has a language's wordings."""
    return _Teller(labels or {}, words).tell(rule)


class _Teller:
    def __init__(self, labels: Mapping[str, str], words: Mapping[str, str]) -> None:
        self._labels = labels
        self._words = words

    def tell(self, rule: Rule) -> str:
        match rule:
            case And(parts):
                return self._join("and", parts)
            case Or(parts):
                return self._join("or", parts)
            case Not(part):
                return self._tell_not(part)
            case InGroup(name):
                return self._words["in group"].format(value=_shown(name))
        return self._tell_test(rule)

    def _join(self, word: str, parts: tuple[Rule, ...]) -> str:
        return f" {self._words[word]} ".join(
            f"({self.tell(part)})" if isinstance(part, And | Or) else self.tell(part) for part in parts
        )

    def _tell_not(self, part: Rule) -> str:
        match part:
            case Compare(field, Op.EQUAL, bool() as value):
                return self._say("not yes" if value else "not no", field=self._label(field.name))
            case Compare(field, Op.EQUAL, value):
                return self._say("not equal", field=self._label(field.name), value=self._value(value))
            case IsSet(field):
                return self._say("not set", field=self._label(field.name))
            case InGroup(name):
                return self._say("not in group", value=_shown(name))
        return self._say("not", rule=self.tell(part))

    def _tell_test(self, leaf: FieldTest) -> str:
        field = self._label(leaf.field.name)
        match leaf:
            case Compare():
                return self._say(_wording(leaf), field=field, value=self._value(leaf.value))
            case Between(_, low, high):
                return self._say("between", field=field, low=self._value(low), high=self._value(high))
            case OneOf(_, values):
                return self._say("one of", field=field, values=", ".join(self._value(value) for value in values))
            case IsSet():
                return self._say("set", field=field)
            case Within(_, amount, unit, ahead):
                unit_word = self._words[unit if amount == 1 else f"{unit}s"]
                return self._say("within next" if ahead else "within", field=field, span=f"{amount} {unit_word}")

    def _say(self, wording: str, **parts: str) -> str:
        return self._words[wording].format(**parts)

    def _label(self, name: str) -> str:
        return self._labels.get(name, name)

    def _value(self, value: Value) -> str:
        if isinstance(value, Day):
            return self._words[write_value(value)]
        return _shown(value) if isinstance(value, str) else write_value(value)


def _wording(leaf: Compare) -> str:
    if leaf.op is Op.EQUAL:
        return {True: "yes", False: "no"}[leaf.value] if isinstance(leaf.value, bool) else "equal"
    if isinstance(leaf.value, float | int):
        return _ORDER.get(leaf.op, "equal")
    return _ORDER_IN_TIME.get(leaf.op, str(leaf.op))


def _shown(text: str) -> str:
    """A text as written by the author of the rule, in quotes, on one line."""
    return f'"{" ".join(text.split())}"'
