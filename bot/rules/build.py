"""From the parser's tree to a rule: names looked up, operators fitted, values read, every problem collected."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeAlias, cast

from lark import Token, Tree

from bot.rules.errors import Problem, did_you_mean
from bot.rules.fold import fold
from bot.rules.tree import (
    And,
    Between,
    Compare,
    Day,
    Field,
    InGroup,
    IsSet,
    Not,
    OneOf,
    Op,
    Or,
    Rule,
    Unit,
    Value,
    Within,
)
from bot.rules.types import Type
from bot.rules.values import BadValue, read_value, unquote
from bot.sentences import NOTHING, Sentence

MAX_DEPTH = 20
MAX_TERMS = 100
#: No length of time is longer, so that reckoning with it stays inside the calendar.
MAX_YEARS = 100
_SHOWN_NAMES = 12

Parsed: TypeAlias = Tree[Token]

_SIGNS = {"==": "=", "\u2260": "!=", "<>": "!=", "\u2264": "<=", "\u2265": ">=", "before": "<", "after": ">"}
_ORDERED = frozenset({"<", "<=", ">", ">=", "between"})
_FITTING: Mapping[Type, frozenset[str]] = {
    Type.TEXT: frozenset({"=", "in", "contains", "starts with", "ends with"}),
    Type.NUMBER: frozenset({"=", "in"}) | _ORDERED,
    Type.BOOLEAN: frozenset({"="}),
    Type.DATE: frozenset({"=", "in", "within"}) | _ORDERED,
    Type.TIME: frozenset({"=", "in"}) | _ORDERED,
    Type.DATETIME: frozenset({"=", "in", "within"}) | _ORDERED,
}
_USAGE = {
    Type.TEXT: "=, !=, contains, starts with, ends with, in, is set",
    Type.NUMBER: "=, !=, <, <=, >, >=, between, in, is set",
    Type.BOOLEAN: Sentence("its name alone, = yes, = no, is set"),
    Type.DATE: "=, before, after, between, within, is set",
    Type.TIME: "=, before, after, between, is set",
    Type.DATETIME: "=, before, after, between, within, is set",
}
_NAMES = {
    Type.TEXT: Sentence("text"),
    Type.NUMBER: Sentence("number"),
    Type.BOOLEAN: Sentence("yes or no"),
    Type.DATE: Sentence("date"),
    Type.TIME: Sentence("time"),
    Type.DATETIME: Sentence("date with time"),
}
_SPAN = re.compile(r"(?P<amount>\d{1,9})?(?P<unit>[a-z]*)")
_UNITS = {"min": Unit.MINUTE, "h": Unit.HOUR, "d": Unit.DAY, "w": Unit.WEEK, "y": Unit.YEAR}
_UNITS |= {unit + plural: unit for unit in Unit for plural in ("", "s")}
_PER_YEAR = {Unit.MINUTE: 525_600, Unit.HOUR: 8_760, Unit.DAY: 365, Unit.WEEK: 52, Unit.MONTH: 12, Unit.YEAR: 1}
#: Stands where a condition has a problem, so that the others are still looked at; never leaves the parser.
_NOTHING = Or(())


class _WrongAt(Exception):
    def __init__(self, token: Token, message: Sentence, hint: Sentence = NOTHING) -> None:
        super().__init__(message)
        self.problem = Problem(token.line or 1, token.column or 1, message, hint, len(token))


class Builder:
    """Builds one rule; ``problems`` has what is wrong with it."""

    def __init__(self, fields: Mapping[str, Type], groups: Collection[str] | None) -> None:
        self.problems: list[Problem] = []
        self._fields = fields
        self._groups = groups
        self._terms = 0

    def build(self, tree: Parsed, depth: int = 1) -> Rule:
        """The rule of a parsed tree, with placeholders where there are problems."""
        if depth > MAX_DEPTH:
            return self._note(
                _WrongAt(_first_token(tree), Sentence("A rule can be nested {most} deep at most.", most=MAX_DEPTH))
            )
        match tree.data:
            case "any" | "all":
                parts = tuple(self.build(part, depth + 1) for part in tree.children if isinstance(part, Tree))
                return Or(parts) if tree.data == "any" else And(parts)
            case "negated":
                return Not(self.build(cast(Parsed, tree.children[1]), depth + 1))
        return self._leaf(str(tree.data), [cast(Token, child) for child in tree.children])

    def _note(self, wrong: _WrongAt) -> Rule:
        self.problems.append(wrong.problem)
        return _NOTHING

    def _leaf(self, kind: str, tokens: list[Token]) -> Rule:
        try:
            self._count_terms(tokens)
            rule = _KINDS[kind](self, tokens)
        except _WrongAt as wrong:
            return self._note(wrong)
        return Not(rule) if any(token.type == "NOT" or _sign(token) == "!=" for token in tokens[1:]) else rule

    def _count_terms(self, tokens: list[Token]) -> None:
        before = self._terms
        self._terms += max(1, len(_values(tokens)))
        if before <= MAX_TERMS < self._terms:
            raise _WrongAt(tokens[0], Sentence("A rule can have {most} conditions and values at most.", most=MAX_TERMS))

    def _bare(self, tokens: list[Token]) -> Rule:
        field = self._field(tokens[0])
        if field.type is not Type.BOOLEAN:
            name, type = field.name, _NAMES[field.type]
            message = Sentence('A comparison is missing: "{name}" is a {type}.', name=name, type=type)
            raise _WrongAt(tokens[0], message, _usage(field))
        return Compare(field, Op.EQUAL, True)

    def _compare(self, tokens: list[Token]) -> Rule:
        field = self._field(tokens[0])
        token = next(token for token in tokens[1:] if token.type != "NOT")
        sign = _sign(token)
        op = Op("=" if sign == "!=" else sign)
        _must_fit(field, op, token)
        return Compare(field, op, self._value(tokens[-1], field))

    def _equals(self, tokens: list[Token]) -> Rule:
        field = self._field(tokens[0])
        return Compare(field, Op.EQUAL, self._value(tokens[-1], field))

    def _between(self, tokens: list[Token]) -> Rule:
        field = self._field(tokens[0])
        _must_fit(field, "between", _of_type(tokens, "BETWEEN"))
        low, high = (self._value(token, field) for token in _values(tokens))
        if type(low) is type(high) and not isinstance(low, Day) and low > high:  # type: ignore[operator]
            raise _WrongAt(
                _values(tokens)[0], Sentence("The first value is above the second."), Sentence("Turn them round.")
            )
        return Between(field, low, high)

    def _one_of(self, tokens: list[Token]) -> Rule:
        field = self._field(tokens[0])
        _must_fit(field, "in", _of_type(tokens, "IN"))
        return OneOf(field, tuple(self._value(token, field) for token in _values(tokens)))

    def _is_set(self, tokens: list[Token]) -> Rule:
        return IsSet(self._field(tokens[0]))

    def _within(self, tokens: list[Token]) -> Rule:
        field = self._field(tokens[0])
        _must_fit(field, "within", _of_type(tokens, "WITHIN"))
        amount, unit = _span(_values(tokens), any(token.type in {"LAST", "NEXT"} for token in tokens))
        if field.type is Type.DATE and unit in {Unit.MINUTE, Unit.HOUR}:
            raise _WrongAt(
                tokens[-1],
                Sentence('"{name}" has days and no hours.', name=field.name),
                Sentence("For instance: within 7 days"),
            )
        return Within(field, amount, unit, ahead=any(token.type == "NEXT" for token in tokens))

    def _in_group(self, tokens: list[Token]) -> Rule:
        token = tokens[-1]
        name = _text(token)
        if self._groups is None:
            return InGroup(name)
        known = {fold(group): group for group in self._groups}
        if fold(name) not in known:
            raise _WrongAt(token, Sentence('There is no group "{name}".', name=name), did_you_mean(name, self._groups))
        return InGroup(known[fold(name)])

    def _field(self, token: Token) -> Field:
        name = fold(token)
        if name not in self._fields:
            hint = did_you_mean(name, self._fields) or _some_of(self._fields)
            raise _WrongAt(token, Sentence('There is no field "{name}".', name=str(token)), hint)
        return Field(name, self._fields[name])

    def _value(self, token: Token, field: Field) -> Value:
        try:
            return read_value(_text(token), field)
        except BadValue as error:
            raise _WrongAt(token, error.message, error.hint) from None


_KINDS: Mapping[str, Callable[[Builder, list[Token]], Rule]] = {
    "bare": Builder._bare,
    "compare": Builder._compare,
    "equals": Builder._equals,
    "between": Builder._between,
    "one_of": Builder._one_of,
    "is_set": Builder._is_set,
    "within": Builder._within,
    "in_group": Builder._in_group,
}


def _some_of(names: Iterable[str]) -> Sentence:
    shown, rest = ", ".join(list(names)[:_SHOWN_NAMES]), len(list(names)) - _SHOWN_NAMES
    if rest > 0:
        return Sentence("There are: {names} and {rest} more", names=shown, rest=rest)
    return Sentence("There are: {names}", names=shown)


def _sign(token: Token) -> str:
    if token.type not in {"SIGN", "CONTAINS", "STARTS_WITH", "ENDS_WITH", "BEFORE", "AFTER"}:
        return ""
    words = " ".join(token.lower().split())
    return _SIGNS.get(words, words)


def _must_fit(field: Field, op: str, token: Token) -> None:
    """Refuse an operator that does not go with the type of the field."""
    if op not in _FITTING[field.type]:
        name, type = field.name, _NAMES[field.type]
        message = Sentence('"{word}" does not fit "{name}", which is a {type}.', word=str(token), name=name, type=type)
        raise _WrongAt(token, message, _usage(field))


def _usage(field: Field) -> Sentence:
    return Sentence("It goes with: {usage}", usage=_USAGE[field.type])


def _span(words: list[Token], named: bool) -> tuple[int, Unit]:
    """``7 days``, ``7days``, ``7d``; after "last" and "next" also ``week`` alone."""
    match = _SPAN.fullmatch("".join(fold(word) for word in words))
    unit = _UNITS.get(match["unit"]) if match else None
    if not match or unit is None or not (match["amount"] or named):
        raise _WrongAt(
            words[-1],
            Sentence("Here a length of time is expected."),
            Sentence("Write it like 30 minutes, 24 hours, 7 days."),
        )
    amount = int(match["amount"] or 1)
    if amount > MAX_YEARS * _PER_YEAR[unit]:
        raise _WrongAt(words[0], Sentence("The longest time is {most} years.", most=MAX_YEARS))
    return amount, unit


def _values(tokens: list[Token]) -> list[Token]:
    return [token for token in tokens[1:] if token.type in {"WORD", "STRING", "SINGLE", "MOMENT"}]


def _of_type(tokens: list[Token], type: str) -> Token:
    return next(token for token in tokens if token.type == type)


def _text(token: Token) -> str:
    return unquote(token) if token.type in {"STRING", "SINGLE"} else str(token)


def _first_token(tree: Parsed) -> Token:
    while isinstance(child := tree.children[0], Tree):
        tree = child
    return child
