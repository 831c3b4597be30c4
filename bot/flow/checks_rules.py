"""Checks of the conditions: one that can never hold is a way that nobody will ever take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from bot.flow.book import Book
from bot.flow.registry import linter
from bot.flow.schema import Flow
from bot.flow.variables import Variable
from bot.rules import And, Between, Compare, Day, OneOf, Op, Or, Range, Rule, Type, ranges, texts
from bot.sentences import Sentence

#: The rules that are judged here do not depend on the day.
_ANY_DAY = datetime(2000, 1, 1, tzinfo=UTC)
_ENDLESS = float("inf")
_Test = Compare | Between | OneOf
_Limits = Mapping[str, Range]


@linter
def conditions_can_hold(flow: Flow, book: Book) -> None:
    """No rule asks for two things that exclude each other, or for a number outside its variable's limits."""
    limits = {name: _limits(variable) for name, variable in flow.variables.items()}
    judged = {written: _never_holds(rule, limits) for written, rule in book.rules.items()}
    for path, written, _ in book.conditions:
        if judged[written]:
            book.warning(path, Sentence("the rule `{written}` can never hold", written=written))


def _limits(variable: Variable) -> Range:
    low, high = variable.min, variable.max
    return Range(-_ENDLESS if low is None else low, _ENDLESS if high is None else high)


def _never_holds(rule: Rule, limits: _Limits) -> bool:
    match rule:
        case Or(parts):
            return all(_never_holds(part, limits) for part in parts)
        case And(parts):
            tests = [part for part in parts if isinstance(part, _Test)]
            return any(_never_holds(part, limits) for part in parts) or _exclude_each_other(tests, limits)
        case Compare() | Between() | OneOf():
            return _exclude_each_other([rule], limits)
    return False


def _exclude_each_other(tests: Sequence[_Test], limits: _Limits) -> bool:
    by_field: dict[str, list[_Test]] = defaultdict(list)
    for test in tests:
        by_field[test.field.name].append(test)
    return any(_no_value_left(same, limits) for same in by_field.values())


def _no_value_left(tests: list[_Test], limits: _Limits) -> bool:
    """Whether no value of one field passes all tests. A tag has many values, and a Day moves with the calendar."""
    field = tests[0].field
    if field.name == "tag":
        return False
    if field.type is Type.TEXT:
        wanted = [words for test in tests if (words := _wanted(test)) is not None]
        return bool(wanted) and not frozenset.intersection(*wanted)
    left = [limits.get(field.name, Range())]
    for test in tests:
        if not _moves(test):
            left = [both for one in left for other in ranges(test, _ANY_DAY) if (both := _overlap(one, other))]
    return not left


def _wanted(test: _Test) -> frozenset[str] | None:
    """The texts that alone pass a test; None where there is no such list."""
    lists = isinstance(test, OneOf) or (isinstance(test, Compare) and test.op is Op.EQUAL)
    return frozenset(texts(test)) if lists and not isinstance(test, Between) else None


def _moves(test: _Test) -> bool:
    match test:
        case OneOf(_, values):
            return any(isinstance(value, Day) for value in values)
        case Between(_, low, high):
            return isinstance(low, Day) or isinstance(high, Day)
    return isinstance(test.value, Day)


def _overlap(one: Range, other: Range) -> Range | None:
    """What two ranges share; None if nothing."""
    low, high = max(one.low, other.low), min(one.high, other.high)
    with_low, with_high = (low in one and low in other), (high in one and high in other)
    if low > high or (low == high and not (with_low and with_high)):
        return None
    return Range(low, high, with_low, with_high)
