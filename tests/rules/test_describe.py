"""Rules in words: their own, and a sentence."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given, settings

from bot.rules import WORDS, And, Compare, Field, Op, Or, Rule, Type, describe, parse, unparse
from bot.rules.parse import MAX_LENGTH
from tests.rules.cast import FIELDS
from tests.rules.strategies import PROFILE, rules


@pytest.mark.fuzz
@given(rules)
@example(Compare(Field("city", Type.TEXT), Op.EQUAL, "'tis"))
@example(Compare(Field("city", Type.TEXT), Op.EQUAL, 'say "ann" \\ „and“'))
@example(Compare(Field("city", Type.TEXT), Op.EQUAL, "And"))
@example(Compare(Field("city", Type.TEXT), Op.EQUAL, "2026-01-01 09:00"))
@settings(PROFILE)
def test_a_rule_written_out_reads_as_the_same_rule(rule: Rule) -> None:
    written = unparse(rule)
    assume(len(written) <= MAX_LENGTH)
    assert parse(written, FIELDS) == rule


@pytest.mark.fuzz
@given(rules)
@settings(PROFILE)
def test_every_rule_has_a_description_on_one_line(rule: Rule) -> None:
    assert "\n" not in describe(rule)


@pytest.mark.parametrize(
    ("written", "canonical", "sentence"),
    [
        ("City = Vienna", "city = Vienna", 'City of residence is "Vienna"'),
        ("city is not 'New York'", 'city != "New York"', 'City of residence is not "New York"'),
        ("age >= 18.0", "age >= 18", "age is at least 18"),
        ("age between 18 and 30", "age between 18 and 30", "age is between 18 and 30"),
        ("plan in (pro, team)", "plan in (pro, team)", 'plan is one of "pro", "team"'),
        ("not plan in (pro)", "plan not in (pro)", 'not (plan is one of "pro")'),
        ("newsletter = yes", "newsletter", "newsletter: yes"),
        ("newsletter = no", "newsletter = no", "newsletter: no"),
        ("not newsletter", "not newsletter", "newsletter: not yes"),
        ("email is not set", "email is not set", "email is not set"),
        ("birthday before 31.12.2000", "birthday < 2000-12-31", "birthday is before 2000-12-31"),
        ("joined >= yesterday", "joined >= yesterday", "joined is yesterday or later"),
        ("last_seen within 1 day", "last_seen within 1 day", "last_seen is within the last 1 day"),
        ("visit within next 2 weeks", "visit within next 2 weeks", "visit is within the next 2 weeks"),
        ("not in group VIP", "not in group VIP", 'is not in group "VIP"'),
        (
            "(age < 18 or blocked) and not (in group VIP and newsletter)",
            "(age < 18 or blocked) and not (in group VIP and newsletter)",
            '(age is below 18 or blocked: yes) and not (is in group "VIP" and newsletter: yes)',
        ),
        ("age = 1 or age = 2 and blocked", "age = 1 or age = 2 and blocked", "age is 1 or (age is 2 and blocked: yes)"),
    ],
)
def test_a_rule_in_words(written: str, canonical: str, sentence: str) -> None:
    rule = parse(written, FIELDS)
    assert unparse(rule) == canonical
    assert describe(rule, labels={"city": "City of residence"}) == sentence


def test_another_language_brings_its_own_words() -> None:
    german = {**WORDS, "equal": "{field} ist {value}", "and": "und", "yes": "{field}: ja"}
    assert describe(parse("city = Wien and newsletter", FIELDS), words=german) == 'city ist "Wien" und newsletter: ja'


def test_braces_in_a_value_are_only_text() -> None:
    assert describe(parse("city = {field}", FIELDS)) == 'city is "{field}"'


def test_not_binds_first_then_and_then_or() -> None:
    rule = parse("not blocked and age = 1 or age = 2", FIELDS)
    assert isinstance(rule, Or)
    assert isinstance(rule.parts[0], And)
