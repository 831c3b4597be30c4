"""The list of users in full: built filters, columns, states, orders, files in and out, the picker."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.admin import picker
from bot.admin.groups_presses import PickOperator
from bot.admin.presses import ListUsers
from bot.services import variables
from bot.services.roles import Role
from bot.ui.registry import COMMANDS
from models import AuditEntry, Export, User
from tests.admin.hand import Hand
from tests.clock import NOON
from tests.ui.cast import ADA, ALMA, OTTO, SARA, SETUP, VERA, VICTOR


@pytest.fixture(autouse=True)
def values(db: Session) -> None:
    variables.remember(db, VERA, {"city": "Vienna", "age": 30.0}, SETUP.flow)
    variables.remember(db, VICTOR, {"city": "Graz", "age": 12.0}, SETUP.flow)


def test_a_filter_is_built_with_buttons_and_the_values_people_have(ada: Hand) -> None:
    ada.types("/users")
    ada.presses("Add a filter")
    ada.presses("City")
    ada.presses(PickOperator("equal"))
    assert {"Graz", "Vienna"} <= set(ada.labels())
    seen = ada.presses("Vienna")
    assert "1 user" in seen and "city = Vienna" in seen
    ada.presses("Add a filter")
    assert "0 users" in ada.writes("age < 18")
    assert "1 user" in ada.presses("✕ City")


def test_a_condition_that_cannot_be_read_is_asked_for_again(ada: Hand) -> None:
    ada.types("/users")
    ada.presses("Add a filter")
    assert "^^^" in ada.writes("ciy = Vienna")
    assert "1 user" in ada.writes("city = Vienna")
    ada.types("/groups")
    assert not any("Continue" in label for label in ada.labels())


def test_it_is_sorted_by_name_and_keeps_its_place(db: Session, ada: Hand) -> None:
    for number in range(10):
        db.add(User(id=900 + number, first_name=f"A{number}", search=f"a{number}", joined_at=NOON, last_seen_at=NOON))
    db.flush()
    seen = ada.types("/users sort name")
    assert "By name" in seen and seen.index("A0") < seen.index("A7") and "A8" not in seen
    assert "A8" in ada.presses("Older")
    assert "A0" in ada.presses("Newer")
    assert ada.presses(ListUsers(sort=9)) == "This button belongs to a screen that is out of date."


def test_each_admin_chooses_the_columns(db: Session, ada: Hand) -> None:
    ada.types("/users")
    ada.presses("Columns")
    ada.presses("City")
    assert any(label.startswith("✓ City") for label in ada.labels())
    assert "City: Vienna" in ada.presses("Back")
    assert "City: Vienna" not in Hand(db, ALMA).types("/users")


def test_states_are_counted_and_listed(db: Session, ada: Hand) -> None:
    for who, column in ((VERA, "blocked_at"), (VICTOR, "gone_at"), (OTTO, "unsubscribed_at")):
        setattr(db.get_one(User, who), column, NOON)
    db.flush()
    ada.types("/users")
    seen = ada.presses("States")
    assert "All users: 7" in seen and "Reached by all: 4" in seen and "Account gone: 1" in seen
    assert "Victor" in ada.presses("Account gone")
    assert "Otto" in ada.types("/users unsubscribed = yes")
    assert "4 users" in ada.types("/users not gone and not blocked and unsubscribed = no")


def test_an_export_says_how_many_leave_the_house(db: Session, ada: Hand) -> None:
    ada.types("/users city is set")
    assert "Export 2 users" in ada.presses("Export")
    ada.presses("Excel")
    assert ada.said == "The file is being made."
    (asked,) = db.scalars(select(Export)).all()
    assert (asked.user_id, asked.rule, asked.kind) == (ADA, "city is set", "xlsx")
    entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "users.export")).one()
    assert entry.after == "2 users as xlsx"


def test_a_csv_shows_what_it_would_change_and_then_does_it(db: Session, ada: Hand) -> None:
    seen = ada.sends("people.csv", "id,age,tags\n101,31,vip\n102,old,\n999,1,\n")
    assert "1 user of 3 rows changes" in seen
    assert "line 3, age: Please write a number" in seen
    assert "999" in seen
    assert variables.values(db, VERA)["age"] == 30.0
    ada.presses("Change 1 user")
    assert ada.said == "1 user is changed."
    assert variables.values(db, VERA)["age"] == 31.0
    assert ada.sends("people.csv", "name\nx\n") == "The first column of a file of users must be called id."


def test_a_csv_is_dropped_without_a_trace(db: Session, ada: Hand) -> None:
    ada.sends("people.csv", "id,age\n101,31\n")
    ada.presses("Cancel")
    assert variables.values(db, VERA)["age"] == 30.0


def test_users_are_found_by_phone(db: Session, ada: Hand) -> None:
    db.get_one(User, VERA).phone = "+4312345678"
    db.get_one(User, VICTOR).phone = "4366412345"
    db.flush()
    assert "Vera" in ada.types("/users +43 1 2345678")
    assert "Victor" in ada.types("/users 0043 664 12345")


def test_the_picker_offers_users_to_staff_and_nothing_to_others(db: Session) -> None:
    def found(who: int, words: str) -> list[str]:
        return [offer.command for offer in picker.offers(db, words, user_id=who, setup=SETUP, now=NOON)]

    assert found(SARA, "vera") == [f"/user {VERA}"]
    assert len(found(ADA, "")) == 7
    assert found(OTTO, "vera") == found(OTTO, "") == found(12_345, "") == []
    (offer,) = picker.offers(db, "vera", user_id=SARA, setup=SETUP, now=NOON)
    assert str(VERA) not in offer.id and len(offer.id) == 32
    assert COMMANDS["user"].role is Role.STAFF


def test_where_inline_mode_is_off_the_button_says_so(ada: Hand) -> None:
    ada.types("/users")
    assert "@BotFather" in ada.presses("Find user")


def test_what_is_seen_later_moves_nobody_by_name(db: Session, ada: Hand) -> None:
    ada.types("/users sort name")
    db.get_one(User, VERA).last_seen_at = NOON + timedelta(hours=1)
    db.flush()
    assert "Alma" in ada.presses(ListUsers(sort=2))
