"""The page about rules shows rules that can be read, and the answer to one that cannot."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.rules import SYSTEM_FIELDS, RuleError, Type, parse

TEXT = (Path(__file__).parents[2] / "docs" / "rules.md").read_text()
FIELDS = {
    **SYSTEM_FIELDS,
    "city": Type.TEXT,
    "age": Type.NUMBER,
    "plan": Type.TEXT,
    "newsletter": Type.BOOLEAN,
    "birthday": Type.DATE,
    "visit": Type.DATE,
    "hour": Type.TIME,
}
RULES = [rule for rule in re.findall(r"^\| `([^`]+)` \|", TEXT, re.MULTILINE) if rule != "rule"]


def test_there_are_rules_to_read() -> None:
    assert len(RULES) > 25


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_of_the_page_can_be_read(rule: str) -> None:
    assert parse(rule, FIELDS)


@pytest.mark.parametrize("name", SYSTEM_FIELDS)
def test_every_field_that_people_have_is_named(name: str) -> None:
    assert f"`{name}`" in TEXT


def test_the_answer_to_a_slip_is_as_the_page_shows_it() -> None:
    (shown,) = re.findall(r"```\n(.*?)\n```", TEXT, re.DOTALL)
    with pytest.raises(RuleError) as caught:
        parse("citty = Vienna", FIELDS)
    assert str(caught.value) == shown
