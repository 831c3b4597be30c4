"""Whether a person is in a saved group, for conditions inside a conversation."""

from __future__ import annotations

import pytest

from bot.rules import fold
from bot.services import people
from models import Group, GroupRule
from tests.services.office import VERA, Office


def save(office: Office, name: str, matching: str, *rules: str) -> None:
    """A saved group, as the admin's screen leaves it."""
    group = Group(name=name, folded=fold(name), matching=matching, created_by=None, created_at=office.clock.now())
    office.db.add(group)
    office.db.flush()
    office.db.add_all(GroupRule(group_id=group.id, position=place, text=text) for place, text in enumerate(rules))
    office.db.flush()


@pytest.fixture
def vera(office: Office) -> Office:
    """Vera is 42."""
    office.meets(VERA)
    for words in ("my age", "42"):
        office.writes(VERA, words)
    return office


@pytest.mark.parametrize(
    ("matching", "rules", "inside"),
    [
        ("all", ["age > 18", "age < 50"], True),
        ("all", ["age > 18", "age > 50"], False),
        ("any", ["age > 18", "age > 50"], True),
        ("any", [], False),
        ("all", [], False),
        ("everyone", [], True),
        ("all", ["gone = 1"], False),
        ("any", ["gone = 1", "tag = known"], True),
        ("all", ['in group "adults"'], True),
        ("all", ['not in group "adults"'], False),
        ("all", ['in group "VIP"'], False),
    ],
)
def test_membership_is_computed_from_the_rules(vera: Office, matching: str, rules: list[str], inside: bool) -> None:
    save(vera, "Adults", "all", "age >= 18")
    save(vera, "VIP", matching, *rules)
    person = people.person(vera.db, VERA.id, setup=vera.setup, now=vera.clock.now())
    assert person.in_group("vip") is inside


def test_nobody_is_in_a_group_that_does_not_exist(vera: Office) -> None:
    person = people.person(vera.db, VERA.id, setup=vera.setup, now=vera.clock.now())
    assert not person.in_group("nowhere")


def test_a_group_that_leads_back_to_itself_ends(vera: Office) -> None:
    save(vera, "A", "all", 'in group "B"')
    save(vera, "B", "any", 'in group "A"', "age > 18")
    person = people.person(vera.db, VERA.id, setup=vera.setup, now=vera.clock.now())
    assert person.in_group("A")


def test_nobody_is_in_a_group_with_too_many_conditions(vera: Office) -> None:
    save(vera, "g0", "all", "age >= 18")
    for number in range(1, 10):
        inner = f'in group "g{number - 1}"'
        save(vera, f"g{number}", "all", f"{inner} or {inner} or {inner}", inner)
    person = people.person(vera.db, VERA.id, setup=vera.setup, now=vera.clock.now())
    assert person.in_group("g4")
    assert not person.in_group("g9")
