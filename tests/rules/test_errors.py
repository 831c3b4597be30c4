"""What a person reads who wrote a rule that cannot be used."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.rules import RuleError, Type, leaves, looks_like_rule, parse
from bot.rules.grammar import KEYWORDS
from tests.rules.cast import FIELDS
from tests.rules.strategies import NASTY, TWICE

GOLDEN = {
    "citi = Vienna": """
Line 1: There is no field "citi".
  citi = Vienna
  ^^^^
Did you mean city?""",
    "age >= 18 and\nplan is Pro and\n  citty = Graz": """
Line 3: There is no field "citty".
    citty = Graz
    ^^^^^
Did you mean city?""",
    "citi = Vienna and age = old": """
Line 1: There is no field "citi".
  citi = Vienna and age = old
  ^^^^
Did you mean city?
Line 1: Here a number is expected.
  citi = Vienna and age = old
                          ^^^
Write it like 18, -5 or 3.5.""",
    "city = New York": """
Line 1: Here "and", "or" or the end is expected.
  city = New York
             ^^^^
A value of several words needs quotes: "New York\"""",
    "city = Vienna adn age > 3": """
Line 1: Here "and", "or" or the end is expected.
  city = Vienna adn age > 3
                ^^^
Did you mean and?""",
    "city = and age > 3": """
Line 1: Here a value is expected.
  city = and age > 3
         ^^^
For instance: Vienna, 18, "New York\"""",
    "city =": """
Line 1: The rule ends too early. Here a value is expected.
  city =
        ^
For instance: Vienna, 18, "New York\"""",
    "": """
Line 1: The rule ends too early. Here a condition is expected.
  \n  ^
For instance: city = Vienna""",
    'city = "Vienna': """
Line 1: This quote is not closed.
  city = "Vienna
         ^
Close it with the same quote.""",
    "name starts ann": """
Line 1: After the field comes a comparison, like "=".
  name starts ann
       ^^^^^^
Did you mean "starts with"?""",
    "city contains x and age contains 1": """
Line 1: "contains" does not fit "age", which is a number.
  city contains x and age contains 1
                          ^^^^^^^^
It goes with: =, !=, <, <=, >, >=, between, in, is set""",
    "city": """
Line 1: A comparison is missing: "city" is a text.
  city
  ^^^^
It goes with: =, !=, contains, starts with, ends with, in, is set""",
    "(age = 1": """
Line 1: The rule ends too early. Here "and", "or" or ")" is expected.
  (age = 1
          ^""",
    "age = 1)": """
Line 1: The rule should end here.
  age = 1)
         ^""",
    "city = b; age = 1": """
Line 1: ";" does not fit here. Here "and", "or" or the end is expected.
  city = b; age = 1
          ^""",
    "age = 3,5": """
Line 1: Here "and", "or" or the end is expected.
  age = 3,5
         ^
Write decimals with a point, and lists like: plan in (pro, team)""",
    "plan in pro": """
Line 1: After "in" comes a list in parentheses.
  plan in pro
          ^^^
For instance: plan in (pro, team)""",
    "age between 18 30": """
Line 1: Here "and" is expected.
  age between 18 30
                 ^^
For instance: age between 18 and 30""",
    "age between 30 and 18": """
Line 1: The first value is above the second.
  age between 30 and 18
              ^^
Turn them round.""",
    "birthday = 2001-02-30": """
Line 1: There is no such day in the calendar.
  birthday = 2001-02-30
             ^^^^^^^^^^
Write it like 2000-12-31.""",
    "last_seen within 7": """
Line 1: Here a length of time is expected.
  last_seen within 7
                   ^
Write it like 30 minutes, 24 hours, 7 days.""",
    "in group Vips": """
Line 1: There is no group "Vips".
  in group Vips
           ^^^^
Did you mean VIP?""",
    "都市 = x and newsletter = maybe": """
Line 1: There is no field "都市".
  都市 = x and newsletter = maybe
  ^^^^
There are: city, plan, age, newsletter, birthday, slot, visit, name, id, first_name, last_name, username and 13 more
Line 1: Here yes or no is expected.
  都市 = x and newsletter = maybe
                            ^^^^^""",
    "city = a\0b": """
Line 1: This sign cannot be used.
  city = a\ufffdb
          ^""",
    'city = ""': """
Line 1: There is nothing between the quotes.
  city = ""
         ^^
To ask whether it is empty: city is not set""",
}


@pytest.mark.parametrize("rule", GOLDEN)
def test_the_error_names_the_place_and_offers_the_fix(rule: str) -> None:
    fields = {**FIELDS, "name": Type.TEXT}
    with pytest.raises(RuleError) as caught:
        parse(rule, fields, groups=["VIP", "Others"])
    assert "\n" + str(caught.value) == GOLDEN[rule]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("city = " + "x" * 2000, "A rule can have 2000 characters at most."),
        ("not " * 25 + "blocked", "A rule can be nested 20 deep at most."),
        (" and ".join(["blocked"] * 101), "A rule can have 100 conditions and values at most."),
        (f"age in ({', '.join(['1'] * 101)})", "A rule can have 100 conditions and values at most."),
        ("age = 1e16", "This number is too large."),
        ("age = 1e999", "This number is too large."),
        ("age = nan", "Here a number is expected."),
        ("age = 1_000", "Here a number is expected."),
        ("birthday = 9999-01-01", "This year is out of range."),
        ("birthday within 5 hours", '"birthday" has days and no hours.'),
        ("last_seen within 101 years", "The longest time is 100 years."),
        ("last_seen within 999999999999 days", "Here a length of time is expected."),
        ("visit = 2026-01-01 25:00", "There is no such time."),
        ("visit = soon", "Here a date or a time is expected."),
        ("newsletter > no", '">" does not fit "newsletter", which is a yes or no.'),
        ("and", "Here a condition is expected."),
        ("city not Vienna", 'After "not" comes contains, between, in, within.'),
        ("in VIP", 'After "in" comes the word group.'),
        ("plan in (a b)", 'Here "," or ")" is expected.'),
        ("last_seen within", "The rule ends too early. Here a length of time is expected."),
    ],
)
def test_what_cannot_be_is_said(rule: str, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse(rule, FIELDS)
    assert message in [problem.message for problem in caught.value.problems]


def test_deep_parentheses_and_a_hundred_conditions_are_fine() -> None:
    assert parse("(" * 500 + "blocked" + ")" * 500, FIELDS) == parse("blocked", FIELDS)
    assert len(list(leaves(parse(" or ".join(["blocked"] * 100), FIELDS)))) == 100


def test_a_long_line_is_shown_around_the_place() -> None:
    with pytest.raises(RuleError) as caught:
        parse(f"{'city = a or ' * 40}citi = x{' or city = a' * 40}", FIELDS)
    _, shown, caret, _ = str(caught.value).split("\n")
    assert len(shown) < 70
    assert shown[caret.index("^") :].startswith("citi")


def test_a_group_is_taken_as_its_name_is_spelled() -> None:
    assert parse("in group vip", FIELDS, groups=["VIP"]) == parse("in group VIP", FIELDS)


signs = [*"=<>(),\"'“«»;\\\0\ud800", "!=", ">=", "--"]
values = ["18", "7 days", "2026-01-01", "09:00", "DROP TABLE users", "\n", "\u2028", "\x1f"]
words = st.sampled_from([*KEYWORDS.values(), *FIELDS, "tag", "joined", *signs, *values])
lines = st.lists(words | st.sampled_from(NASTY) | st.text(max_size=4), max_size=14).map(" ".join) | st.text(max_size=40)


@pytest.mark.fuzz
@given(lines, st.booleans())
@example("(" * 1999 + "\n", False)
@example("not " * 499, False)
@example("\u2028citi = \u2028", False)
@settings(TWICE)
def test_any_line_is_a_rule_or_gets_a_caret_under_a_place_in_it(line: str, joined: bool) -> None:
    line = line.replace(" ", "") if joined else line
    looks_like_rule(line, FIELDS)
    try:
        parse(line, FIELDS, groups=["VIP"])
    except RuleError as error:
        assert str(error).count("^") >= len(error.problems) >= 1
        for problem in error.problems:
            here = line.split("\n")[problem.line - 1]
            assert 1 <= problem.column <= len(here) + 1
            assert problem.column - 1 + problem.length <= len(here) + 1
            str(error).encode()


@pytest.mark.parametrize("broken", ["citi", "Aage", "vsit", "x" * 40])
@pytest.mark.parametrize("before", ["", "city = 'a b' and ", "age in (1,\n2) or not (", "“ß” = 1 or\n\n  "])
def test_the_caret_stands_under_the_unknown_word(before: str, broken: str) -> None:
    text = f"{before}{broken} = 1{')' * before.count('not (')}"
    text = text.replace("“ß” = 1", "city = “ß”")
    with pytest.raises(RuleError) as caught:
        parse(text, FIELDS)
    (problem,) = caught.value.problems
    line = text.split("\n")[problem.line - 1]
    assert line[problem.column - 1 :][: problem.length] == broken


@pytest.mark.parametrize(
    "line", ["city = x", "citi = x", "blocked", "not blocked", "in group VIP", "ann is set", "(ann"]
)
def test_this_looks_like_a_rule(line: str) -> None:
    assert looks_like_rule(line, FIELDS)


@pytest.mark.parametrize("line", ["", "ann", "ann smith", "@vera", "101", "+43 660 1", "city", "not ann", "O'Brien"])
def test_this_looks_like_words_to_search_for(line: str) -> None:
    assert not looks_like_rule(line, FIELDS)
