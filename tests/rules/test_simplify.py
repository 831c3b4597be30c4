"""A simplified rule means the same people with fewer conditions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from bot.rules import Rule, evaluate, parse, simplify
from tests.rules.cast import FIELDS
from tests.rules.strategies import PROFILE, rules
from tests.services.audience_cast import Member

_PEOPLE = (
    Member(301, {}),
    Member(302, {"city": "Wien", "plan": "pro", "age": 18.0}, frozenset({"press", "vip"})),
    Member(303, {"city": "", "plan": "%", "first_name": "Ann"}, frozenset({"press"})),
)


@given(rule=rules)
@settings(PROFILE)
def test_it_means_the_same_people(rule: Rule) -> None:
    assert [evaluate(simplify(rule), person) for person in _PEOPLE] == [evaluate(rule, person) for person in _PEOPLE]


@pytest.mark.parametrize(
    ("words", "simpler"),
    [
        ("city = a or city = b or city in (b, c)", "city in (a, b, c)"),
        ("city = a or age = 1 or city = b", "age = 1 or city in (a, b)"),
        ("city in (a, b) and city in (b, c) and age = 1", "age = 1 and city in (b)"),
        ("city in (a, b) and not city = a and city is set", "city in (b)"),
        ("not city = a and not city = b", "not city in (a, b)"),
        ("tag = a and tag = b", "tag = a and tag = b"),
        ("not tag = a and not tag = b and age = 1", "age = 1 and not tag in (a, b)"),
        ("not (city = a or city = b)", "not city in (a, b)"),
        ("city contains a and city contains b", "city contains a and city contains b"),
        ("age = 1 or age = 2", "age = 1 or age = 2"),
    ],
)
def test_what_is_asked_of_a_field_is_asked_once(words: str, simpler: str) -> None:
    assert simplify(parse(words, FIELDS)) == parse(simpler, FIELDS)


@pytest.mark.parametrize(
    "words", ["city = a and city = b", "city = a and city is not set", "city = a and not city = a"]
)
def test_what_contradicts_itself_is_nobody(words: str) -> None:
    assert getattr(simplify(parse(words, FIELDS)), "values", None) == ()
