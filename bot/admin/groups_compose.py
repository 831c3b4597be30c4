"""From the buttons of the rule builder to the text of a rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from bot.rules import SYSTEM_FIELDS, Type
from bot.rules.values import quote

#: Stands among the fields for membership of another group; no field can be called like that.
GROUP = "in group"

_AND = re.compile(r"\s*(?:[,;–]|\s(?:and|to|und|bis)\s)\s*", re.IGNORECASE)
_COMMA = re.compile(r"\s*[,;]\s*")


class Operator(StrEnum):
    """How a field is compared; the wording of each is `operators.<name>`."""

    EQUAL = "equal"
    NOT_EQUAL = "not_equal"
    LESS = "less"
    AT_MOST = "at_most"
    MORE = "more"
    AT_LEAST = "at_least"
    BETWEEN = "between"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    ONE_OF = "one_of"
    BEFORE = "before"
    AFTER = "after"
    WITHIN = "within"
    WITHIN_NEXT = "within_next"
    YES = "yes"
    NO = "no"
    SET = "set"
    NOT_SET = "not_set"
    MEMBER = "member"
    NOT_MEMBER = "not_member"


_SET = (Operator.SET, Operator.NOT_SET)
_SAME = (Operator.EQUAL, Operator.NOT_EQUAL)
_IN_TIME = (Operator.BEFORE, Operator.AFTER, Operator.BETWEEN)
_FITTING: Mapping[Type, tuple[Operator, ...]] = {
    Type.TEXT: (
        *_SAME,
        Operator.CONTAINS,
        Operator.STARTS_WITH,
        Operator.ENDS_WITH,
        Operator.ONE_OF,
        *_SET,
    ),
    Type.NUMBER: (
        *_SAME,
        Operator.LESS,
        Operator.AT_MOST,
        Operator.MORE,
        Operator.AT_LEAST,
        Operator.BETWEEN,
        Operator.ONE_OF,
        *_SET,
    ),
    Type.BOOLEAN: (Operator.YES, Operator.NO, *_SET),
    Type.DATE: (*_SAME, *_IN_TIME, Operator.WITHIN, Operator.WITHIN_NEXT, *_SET),
    Type.TIME: (*_SAME, *_IN_TIME, *_SET),
    Type.DATETIME: (*_IN_TIME, Operator.WITHIN, *_SET),
}
_SIGNS = {
    Operator.EQUAL: "=",
    Operator.NOT_EQUAL: "!=",
    Operator.LESS: "<",
    Operator.AT_MOST: "<=",
    Operator.MORE: ">",
    Operator.AT_LEAST: ">=",
    Operator.CONTAINS: "contains",
    Operator.STARTS_WITH: "starts with",
    Operator.ENDS_WITH: "ends with",
    Operator.BEFORE: "before",
    Operator.AFTER: "after",
}
#: Operators that need no value: the rule is whole with them.
_WHOLE = {Operator.YES: "= yes", Operator.NO: "= no", Operator.SET: "is set", Operator.NOT_SET: "is not set"}
#: Values that fit an operator whatever people's values are.
SPANS = ("24 hours", "7 days", "30 days", "12 months")
DAYS = ("yesterday", "today", "tomorrow")


def fields(variables: Mapping[str, Type]) -> list[str]:
    """All that a rule can be about: the variables by name, then groups, then the fields that everyone has."""
    return [*sorted(variables), GROUP, *SYSTEM_FIELDS]


def operators(field: str, variables: Mapping[str, Type]) -> tuple[Operator, ...]:
    """The operators that fit a field; none for one that is not there."""
    if field == GROUP:
        return (Operator.MEMBER, Operator.NOT_MEMBER)
    type = {**variables, **SYSTEM_FIELDS}.get(field)
    return _FITTING[type] if type else ()


def is_whole(operator: Operator) -> bool:
    """Whether the rule needs no value."""
    return operator in _WHOLE


def compose(field: str, operator: Operator, value: str = "") -> str:
    """The text of the rule; whether the value fits is for the parser to say."""
    match operator:
        case Operator.MEMBER | Operator.NOT_MEMBER:
            return f"{'not ' * (operator is Operator.NOT_MEMBER)}in group {quote(value)}"
        case Operator.ONE_OF:
            return f"{field} in ({', '.join(quote(part) for part in _COMMA.split(value))})"
        case Operator.BETWEEN:
            return f"{field} between {' and '.join(quote(part) for part in _AND.split(value.strip(), maxsplit=1))}"
        case Operator.WITHIN | Operator.WITHIN_NEXT:
            return f"{field} within {'next ' * (operator is Operator.WITHIN_NEXT)}{value.strip()}"
    if operator in _WHOLE:
        return f"{field} {_WHOLE[operator]}"
    return f"{field} {_SIGNS[operator]} {quote(value.strip())}"
