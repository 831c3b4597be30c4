"""Finding people, and their card."""

from __future__ import annotations

import pytest

from bot.services import people, users
from bot.services.conversations import Sender
from bot.services.people import meet
from tests.services.office import OTTO, SARA, VERA, VICTOR, Office


@pytest.fixture
def crowd(office: Office) -> Office:
    """Vera and Victor have met the bot, Victor last."""
    office.meets(VERA)
    office.clock.forward(minutes=1)
    office.meets(VICTOR)
    return office


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("101", [101]),
        ("@vera", [101]),
        ("@VERA", [101]),
        ("v", [102, 101]),
        ("VIS", [101]),
        ("  vera  ", [101]),
        ("era", []),
        ("%", []),
        ("_", []),
        ("", []),
        ("\u200b", []),
        ("@", []),
        ("999999999999999999999999", []),
        ("v\x00", [102, 101]),
        ("\ud800", []),
    ],
)
def test_people_are_found_by_id_username_and_the_beginning_of_a_name(
    crowd: Office, words: str, found: list[int]
) -> None:
    assert [user.id for user in users.find(crowd.db, words)] == found


def test_a_card_has_everything_about_a_person(crowd: Office) -> None:
    for words in ("my age", "42", "human"):
        crowd.writes(VERA, words)
    card = users.card(crowd.db, VERA.id)
    assert card is not None
    assert (card.name, card.variables, list(card.tags)) == ("Vera Visitor", {"age": 42.0}, ["known"])
    assert card.request is not None and card.request.user_id == VERA.id
    assert card.place.block == "human"
    assert users.card(crowd.db, OTTO.id) is None


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        (Sender(1, "Ann", "Lee"), "Ann Lee"),
        (Sender(1, "Ann", None, "ann"), "Ann"),
        (Sender(1, "", None, "ann"), "@ann"),
        (Sender(1, " ", None, None), "1"),
    ],
)
def test_a_person_is_called_by_names_else_username_else_id(office: Office, sender: Sender, name: str) -> None:
    meet(office.db, sender, setup=office.setup, now=office.clock.now())
    assert users.name(office.db, sender.id) == name


def test_what_telegram_says_of_a_person_is_kept_up_to_date(crowd: Office) -> None:
    later = crowd.clock.forward(days=1)
    meet(crowd.db, Sender(101, "Vera", "Married", None, "de"), setup=crowd.setup, now=later)
    vera = users.get(crowd.db, 101)
    assert vera is not None
    assert (vera.last_name, vera.username, vera.language, vera.search) == ("Married", None, "de", "vera married")
    assert vera.last_seen_at == later and vera.joined_at < later


def test_who_lifts_the_block_without_writing_can_be_reached_again(office: Office) -> None:
    assert users.mark_blocked(office.db, SARA.id, office.clock.now())
    assert not users.mark_blocked(office.db, SARA.id, office.clock.now())
    assert users.staff_ids(office.db) == [202]
    assert users.mark_unblocked(office.db, SARA.id)
    assert not users.mark_unblocked(office.db, SARA.id)
    assert users.staff_ids(office.db) == [201, 202]


def test_the_flow_knows_all_system_fields_of_a_person(crowd: Office) -> None:
    person = people.person(crowd.db, VERA.id, setup=crowd.setup, now=crowd.clock.now())
    assert person.known["id"] == 101.0
    assert person.known["bot_active"] is True and person.known["blocked"] is False
    assert person.known["username"] == "vera" and "phone" not in person.known
    assert person.staff_reachable and person.language == "en"
