"""The card of a user and its switches."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.admin.presses import ShowUser, SwitchSupport
from bot.flow import parse
from bot.services import users, variables
from models import AuditEntry, User, UserTag
from tests.admin.hand import Hand
from tests.clock import NOON
from tests.ui.cast import ADA, ALMA, OTTO, SETUP, VERA


def user_of(db: Session, who: int) -> User:
    user = users.get(db, who)
    assert user is not None
    return user


def test_it_shows_everything_that_is_known(db: Session, ada: Hand) -> None:
    user = user_of(db, VERA)
    user.phone, user.email, user.source = "+43 1 234", "vera@example.com", "spring"
    db.add(UserTag(user_id=VERA, tag="vip"))
    db.flush()
    seen = ada.types("/user 101")
    for part in (
        "Vera Visitor\u2069 · 101",
        "Username: @vera",
        "Phone: +43 1 234",
        "E-mail: vera@\u2060example.\u2060com",
        "Language: en",
        "Source: spring",
        "First seen: Sun 22 Nov 2026, 13:00 Europe/Vienna",
        "Last seen: Sun 22 Nov 2026, 13:00 Europe/Vienna",
        "Block: none",
        "Bot: on",
        "Tags: vip",
    ):
        assert part in seen
    assert ada.button("Copy id").copy == "101"
    assert ada.button("Profile").url == "https://t.me/vera"


def test_it_names_the_groups_that_the_user_is_in(db: Session, ada: Hand, sara: Hand) -> None:
    ada.types('/groups new "V names" all first_name starts with V')
    ada.types('/groups new "Others" all not first_name starts with V')
    assert "Groups: V names" in ada.types("/user 101")
    assert "Others" not in ada.sees()
    assert "V names" not in sara.types("/user 101")


def test_switching_the_bot_off_says_what_it_means_and_asks(db: Session, ada: Hand) -> None:
    ada.types("/user @vera")
    assert "no answers and no pushes" in ada.presses("Switch the bot off")
    assert user_of(db, VERA).bot_off_since is None
    assert "Bot: on" in ada.presses("Cancel")
    ada.presses("Switch the bot off")
    assert "switched off by \u2068Ada\u2069" in ada.presses("Switch it off")
    assert user_of(db, VERA).bot_off_since == NOON
    assert "Bot: on" in ada.presses("Switch the bot on")


def test_support_messages_make_somebody_staff_and_back(db: Session, ada: Hand) -> None:
    otto = Hand(db, OTTO)
    assert otto.types("/requests") == "This needs the role staff."
    ada.types(f"/user {OTTO}")
    assert "Support messages: on" in ada.presses("Support: switch on")
    assert "Requests" in otto.types("/requests")
    assert "cannot open conversations" in ada.presses("Support: switch off")
    ada.presses("Switch them off")
    assert otto.types("/requests") == "This needs the role staff."
    changes = db.scalars(select(AuditEntry).where(AuditEntry.refused.is_(None))).all()
    assert [entry.action for entry in changes] == ["user.support", "user.support"]


def test_staff_see_the_card_without_the_switches_of_admins(sara: Hand) -> None:
    assert "Vera" in sara.types("/user 101")
    assert not any("Support" in label for label in sara.labels())
    assert sara.presses(SwitchSupport(OTTO, on=True)) == "This needs the role admin."
    assert "Open requests" not in sara.presses("Back")


def test_only_an_owner_makes_admins(db: Session, ada: Hand) -> None:
    alma = Hand(db, ALMA)
    alma.types("/user 101")
    assert not any("admin" in label for label in alma.labels())
    ada.types("/user 101")
    assert "They will see all users" in ada.presses("Make admin")
    assert "Role: admin" in ada.presses("Make admin")
    ada.presses("End admin role")
    ada.presses("End admin role")
    assert user_of(db, VERA).role is None
    ada.types(f"/user {ADA}")
    assert not any("admin" in label for label in ada.labels())


def test_variables_have_pages_by_name(db: Session, ada: Hand) -> None:
    variables.remember(db, VERA, {"city": "Wien <3", "age": 30.0}, SETUP.flow)
    ada.types("/user 101")
    seen = ada.presses("Variables (2)")
    assert "city City\nWien <3" in seen
    assert "age Age\n30" in seen
    assert "First seen" in ada.presses("Back")


def test_a_user_about_whom_nothing_is_known_says_so(ada: Hand) -> None:
    ada.types(f"/user {OTTO}")
    assert "Nothing is known yet." in ada.presses("Variables")


def test_a_name_that_several_have_opens_the_search(db: Session, ada: Hand) -> None:
    assert "Search: v" in ada.types("/user v")
    assert "There is no user 999." in ada.types("/user 999")
    assert "Usage:" in ada.types("/user")
    assert ada.presses(ShowUser(999)) == "There is no user 999."


def test_the_conversation_is_one_press_away(db: Session, ada: Hand, asks: Callable[[str], frozenset[int]]) -> None:
    asks("hello there")
    assert "Block: welcome" in ada.types("/user 101")
    assert "hello there" in ada.presses("Conversation")
    assert "First seen" in ada.presses("User")


def test_a_file_that_somebody_sent_is_named_and_not_shown_by_its_id(db: Session, ada: Hand) -> None:
    one, other = (f"photo:AgACAgIAAxkDAAI_rhCpht0jKSS{number}" for number in (1, 2))
    flow = parse(
        'start = "a"\nfallback = "a"\nvariables = { x = "text" }\n[blocks.a]\nsay = "x"\nend = true', folder=None
    )
    variables.declare(db, flow)
    variables.remember(db, VERA, {"x": f"{one} {other}"}, flow)
    ada.types("/user 101")
    seen = ada.presses("Variables (1)")
    assert "2 × photo" in seen and "AgAC" not in seen
