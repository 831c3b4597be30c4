"""A new group by buttons and by typed lines; the draft outlives everything."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.admin.groups_compose import GROUP, Operator, compose, fields, is_whole, operators
from bot.admin.groups_presses import AskRule, PickField, PickOperator, PickValue, ReviewGroup, SaveGroup
from bot.rules import SYSTEM_FIELDS, Type, parse
from bot.services import drafts, groups, variables
from models import AuditEntry
from tests.admin.hand import Hand
from tests.ui.cast import ADA, ALMA, SETUP, VERA, VICTOR


@pytest.fixture(autouse=True)
def known(db: Session, people: None) -> None:
    """Vera is 30 and from Vienna, Victor is 12 and from Graz."""
    variables.remember(db, VERA, {"city": "Vienna", "age": 30.0}, SETUP.flow)
    variables.remember(db, VICTOR, {"city": "Graz", "age": 12.0}, SETUP.flow)


def rules(db: Session, name: str) -> list[str]:
    return [line.text for line in groups.find(db, name).lines]


def begins(ada: Hand, name: str) -> str:
    ada.types("/groups")
    ada.presses("New group")
    return ada.writes(name)


def test_by_buttons_from_the_name_to_the_card(db: Session, ada: Hand) -> None:
    assert "Rule for VIP" in begins(ada, "VIP")
    assert "City …" in ada.presses("City")
    ada.presses("is one of")
    assert {"Vienna", "Graz"} <= set(ada.labels())
    review = ada.presses("Vienna")
    assert "VIP\n1 member" in review and '1. City is one of "Vienna"' in review and "Not saved yet." in review
    ada.presses("Add a rule")
    ada.presses("Age")
    assert "Write both values" in ada.presses("is between")
    assert "2. Age is between 10 and 20" in ada.writes("10 and 20")
    assert "VIP\n0 members" in ada.sees()
    assert "VIP\n2 members" in ada.presses("Any may hold")
    assert db.scalars(select(AuditEntry)).all() == []
    assert "VIP · 2 members" in ada.presses("Save the group")
    assert rules(db, "VIP") == ["city in (Vienna)", "age between 10 and 20"]
    assert drafts.get(db, ADA) is None
    assert [entry.action for entry in db.scalars(select(AuditEntry))] == ["group.create"]


def test_by_typed_lines(db: Session, ada: Hand) -> None:
    begins(ada, "VIP")
    wrong = ada.writes("ciy = Vienna")
    assert "^^^" in wrong and "Did you mean city?" in wrong
    assert ada.screen is not None and "<pre>" in ada.screen.text
    assert '1. City is "Vienna"' in ada.writes("city = Vienna")
    ada.presses("Save the group")
    assert rules(db, "VIP") == ["city = Vienna"]


def test_a_value_that_does_not_fit_is_asked_for_again(ada: Hand) -> None:
    begins(ada, "VIP")
    ada.presses("Age")
    ada.presses("is at least")
    assert "Here a number is expected." in ada.writes("many")
    assert "Age is at least 18" in ada.writes("18")


def test_each_step_can_be_reopened_from_the_review(db: Session, ada: Hand) -> None:
    begins(ada, "VIP")
    ada.writes("age >= 18")
    ada.presses("Change the name")
    assert "Pro\n1 member" in ada.writes("Pro")
    assert "It has no rule" in ada.presses("✕ 1. Age is at least 18")
    assert "Everyone belongs to it." in ada.presses("Everyone")
    ada.presses("Save the group")
    assert groups.find(db, "Pro").matching == "everyone"


def test_everyone_needs_no_rule(db: Session, ada: Hand) -> None:
    begins(ada, "All")
    assert "7 members" in ada.presses("Everyone")
    ada.presses("Save the group")
    assert groups.find(db, "All").rule is None


def test_a_group_in_a_group(db: Session, ada: Hand) -> None:
    ada.types("/groups new Adults all age >= 18")
    begins(ada, "Others")
    ada.presses("Another group")
    ada.presses("is not in")
    assert 'is not in group "Adults"' in ada.presses("Adults")
    ada.presses("Save the group")
    assert rules(db, "Others") == ["not in group Adults"]


def test_a_circle_is_refused_with_the_way_round(ada: Hand) -> None:
    ada.types("/groups new Adults all age >= 18")
    ada.types("/groups new Locals all in group Adults")
    ada.types("/groups show Adults")
    ada.presses("Add a rule")
    refused = "A group cannot lead back to itself: Adults → Locals → Adults."
    assert ada.writes("in group Locals") == refused
    assert "2. City is set" in ada.writes("city is set")
    assert ada.said == "The rule is saved."


def test_a_week_later_and_after_other_screens_it_goes_on(ada: Hand) -> None:
    begins(ada, "VIP")
    ada.writes("age >= 18")
    ada.types("/users")
    ada.types("/groups")
    assert "VIP\n1 member" in ada.presses("Continue VIP")
    ada.presses("Add a rule")
    ada.presses("City")
    ada.types("/groups")
    assert "Rule for VIP" in ada.presses("Continue VIP")


def test_two_admins_do_not_disturb_each_other(db: Session, ada: Hand) -> None:
    alma = Hand(db, ALMA)
    begins(ada, "VIP")
    begins(alma, "VIP")
    ada.writes("age >= 18")
    alma.writes("city = Graz")
    ada.presses("Save the group")
    assert alma.presses("Save the group") == "There is a group “VIP” already."
    alma.presses("Change the name")
    alma.writes("Graz")
    alma.presses("Save the group")
    assert rules(db, "Graz") == ["city = Graz"]


def test_cancel_gives_it_up_and_old_buttons_say_so(db: Session, ada: Hand) -> None:
    begins(ada, "VIP")
    ada.types("/cancel")
    assert drafts.get(db, ADA) is None
    for press in (AskRule(), ReviewGroup(), SaveGroup(), PickField("age"), PickValue(0), PickOperator("set")):
        assert ada.presses(press) == "This is finished or given up. Begin again with /groups."


def test_a_rule_typed_wrongly_in_the_command_is_asked_for_again(db: Session, ada: Hand) -> None:
    seen = ada.types('/groups new "VIP" all ciy = Vienna; age >= 18')
    assert "Rule for VIP" in seen and "Did you mean city?" in seen
    ada.writes("city = Vienna")
    ada.presses("Save the group")
    assert rules(db, "VIP") == ["age >= 18", "city = Vienna"]


def test_a_filter_becomes_a_group(db: Session, ada: Hand) -> None:
    ada.types("/users city = Vienna and (age > 18 or tag = vip)")
    ada.presses("Save as group")
    assert "Locals\n1 member" in ada.writes("Locals")
    ada.presses("Save the group")
    assert rules(db, "Locals") == ["city = Vienna", "age > 18 or tag = vip"]


def test_buttons_that_fit_no_step_are_out_of_date(ada: Hand) -> None:
    begins(ada, "VIP")
    for press in (PickField("nothing"), PickValue(0), PickOperator("between")):
        assert "out of date" in ada.presses(press)
    ada.presses("Age")
    assert "out of date" in ada.presses(PickOperator("contains"))


VARIABLES = {"text": Type.TEXT, "day": Type.DATE, "hour": Type.TIME, "flag": Type.BOOLEAN, "count": Type.NUMBER}
VALUES = {Type.TEXT: 'New "York"', Type.NUMBER: "3.5", Type.BOOLEAN: "", Type.TIME: "18:30"}


@pytest.mark.parametrize("field", fields(VARIABLES))
def test_every_operator_of_every_field_makes_a_rule(field: str) -> None:
    type = {**VARIABLES, **SYSTEM_FIELDS}.get(field, Type.TEXT)
    value = VALUES.get(type, "2000-12-31")
    fitting = operators(field, VARIABLES)
    assert fitting
    for operator in fitting:
        given = {
            Operator.BETWEEN: f"{value} and {value}",
            Operator.WITHIN: "7 days",
            Operator.WITHIN_NEXT: "week",
        }.get(operator, value)
        assert parse(compose(field, operator, "" if is_whole(operator) else given), VARIABLES)


def test_a_group_of_the_builder_is_never_a_field() -> None:
    assert GROUP not in SYSTEM_FIELDS
    assert operators("nothing", VARIABLES) == ()
