"""The list of users, its rules and its search."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.admin.presses import ListUsers, SearchUsers
from bot.flow.effects import Value
from bot.services import users_language, variables
from models import User
from tests.admin.hand import Hand
from tests.clock import NOON
from tests.ui.cast import ADA, SETUP, VERA, VICTOR


@pytest.fixture
def guests(db: Session) -> None:
    """Twenty guests; the higher their number, the later they joined and the earlier they were seen."""
    for number in range(20):
        joined, seen = NOON + timedelta(minutes=number), NOON + timedelta(hours=2, minutes=-number)
        name = f"Guest{number:02}"
        db.add(User(id=1000 + number, first_name=name, search=name.lower(), joined_at=joined, last_seen_at=seen))
    db.flush()


def set_values(db: Session, user_id: int, **values: Value) -> None:
    variables.remember(db, user_id, values, SETUP.flow)


def test_it_lists_eight_a_page_newest_activity_first_and_counts(ada: Hand, guests: None) -> None:
    seen = ada.types("/users")
    assert "27 users" in seen
    assert seen.index("Guest00") < seen.index("Guest07")
    assert "Guest08" not in seen
    assert "2 hours" in seen


def test_it_keeps_its_place_when_somebody_new_arrives(db: Session, ada: Hand, guests: None) -> None:
    ada.types("/users")
    ada.presses("Older")
    later = NOON + timedelta(hours=3)
    db.add(User(id=5, first_name="Newcomer", search="newcomer", joined_at=later, last_seen_at=later))
    db.flush()
    third = ada.presses("Older")
    assert "Guest16" in third
    assert "Guest15" not in third
    assert "Guest08" in ada.presses("Newer")
    assert "Guest00" in ada.presses("Newer")
    assert "Newcomer" in ada.presses("Newer")


def test_it_can_be_sorted_by_joining(ada: Hand, guests: None) -> None:
    assert "Guest19" in ada.types("/users sort joined")
    assert "Guest00" in ada.presses("Sort by activity")
    assert "Guest19" in ada.presses("Sort by joining")


def test_a_rule_filters_it_and_each_condition_can_be_taken_away(db: Session, ada: Hand) -> None:
    set_values(db, VERA, city="Vienna", age=30.0)
    set_values(db, VICTOR, city="Vienna", age=12.0)
    seen = ada.types("/users city = Vienna and age >= 18")
    assert "1 user" in seen
    assert "Vera" in seen
    assert "Victor" not in seen
    assert "city = Vienna and age >= 18" in seen
    assert "2 users" in ada.presses("✕ Age is at least 18")
    assert "7 users" in ada.presses("✕ City")


def test_a_rule_can_be_sorted_too(db: Session, ada: Hand) -> None:
    set_values(db, VERA, age=30.0)
    seen = ada.types("/users age >= 18 sort joined")
    assert "Last joined first" in seen
    assert "1 user" in seen


def test_a_rule_that_cannot_be_read_is_shown_with_a_caret(ada: Hand) -> None:
    seen = ada.types("/users ciy = Vienna")
    assert "ciy = Vienna" in seen
    assert "^^^" in seen
    assert "Did you mean city?" in seen
    assert ada.screen is not None
    assert "<pre>" in ada.screen.text
    assert "7 users" in ada.presses("Back")


def test_what_is_wrong_with_a_rule_is_said_in_the_language_of_the_reader(db: Session, ada: Hand) -> None:
    users_language.choose(db, ADA, "de", now=NOON)
    seen = ada.types("/users citty = Wien")
    assert "Zeile 1: Es gibt kein Feld „citty“." in seen and "Ist city gemeint?" in seen


def test_a_rule_that_nobody_matches_says_what_to_do(ada: Hand) -> None:
    assert "Take a condition away" in ada.types('/users city = "<b>"')


def test_words_search_for_names_and_ids(db: Session, ada: Hand, guests: None) -> None:
    assert "Vera Visitor" in ada.types("/users ver")
    assert "Victor" in ada.types("/users 102")
    assert "Vera" in ada.types("/users @vera")
    assert "Nobody is called that." in ada.types("/users nobody")
    assert "There are more than 8." in ada.types("/users guest")
    assert "/users [rule | words]" in ada.types("/users sort size")


def test_a_number_opens_the_card_and_back_leads_to_the_same_filter(db: Session, ada: Hand) -> None:
    set_values(db, VERA, age=30.0)
    ada.types("/users age >= 18")
    assert "First seen" in ada.presses("1 \u2068Vera")
    assert "age >= 18" in ada.presses("Back")


def test_a_card_leads_back_to_the_page_that_it_was_opened_from(db: Session, ada: Hand, guests: None) -> None:
    ada.types("/users id >= 1000 sort joined")
    ada.presses("Older")
    second = ada.sees()
    assert "Guest11" in second and "Guest12" not in second
    ada.presses("1 \u2068Guest11")
    assert ada.presses("Back") == second
    ada.presses("Older")
    ada.presses("Newer")
    ada.presses("1 \u2068Guest11")
    assert "Guest11" in ada.presses("Back")


def test_a_number_that_was_not_counted_to_the_end_is_counted_on_request(db: Session, ada: Hand) -> None:
    assert "Count exactly" not in str(ada.types("/users") and ada.labels())
    crowd = "WITH RECURSIVE n (i) AS (SELECT 5000 UNION ALL SELECT i + 1 FROM n WHERE i < 15000)"
    names = "id, first_name, search, joined_at, last_seen_at, last_message"
    values = "SELECT i, 'Ann', 'ann', joined_at, last_seen_at, 0 FROM n, users WHERE users.id = 101"
    db.execute(text(f"INSERT INTO users ({names}) {crowd} {values}"))
    assert "10,000+ users" in ada.types("/users")
    assert "10,008 users" in ada.presses("Count exactly")
    ada.types("/groups new Anns all id >= 5000")
    assert "10,000+ members" in ada.types("/groups show Anns")
    assert "10,001 members" in ada.presses("Count exactly")


def test_buttons_that_name_what_is_not_there_say_so(ada: Hand) -> None:
    assert ada.presses(ListUsers(rule=999)) == "This filter does not exist any more."
    assert ada.presses(SearchUsers(999)) == "This filter does not exist any more."
    assert "out of date" in ada.presses(ListUsers(moment=2**62, user_id=1))


def test_it_is_for_admins(sara: Hand) -> None:
    assert sara.types("/users") == "This needs the role admin."
    assert sara.presses(ListUsers()) == "This needs the role admin."


@pytest.mark.parametrize("typed", ["x" * 3000, "\x00", "\ud800", "🙂" * 500, "a' or 1=1 --", "((((", "%_%"])
def test_whatever_is_typed_gets_a_screen(ada: Hand, typed: str) -> None:
    assert ada.types(f"/users {typed}")
