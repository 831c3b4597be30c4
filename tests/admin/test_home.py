"""Home, help and giving up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.services import today
from bot.ui import router
from bot.ui.frame import Close, Home
from models import Push, PushRun, User
from tests.admin.hand import Hand
from tests.clock import NOON
from tests.ui.cast import SETUP, VERA


def test_an_admin_sees_the_numbers_of_today(db: Session, ada: Hand, asks: Callable[[str], frozenset[int]]) -> None:
    asks("help")
    yesterday = NOON - timedelta(days=1)
    db.add(User(id=5, first_name="Early", search="early", joined_at=yesterday, last_seen_at=yesterday))
    db.flush()
    seen = ada.types("/admin")
    assert "1 open request, 1 waiting" in seen
    assert "Users: 8 · new today: 7 · active today: 7" in seen
    assert "Bot switched off for: 1" in seen
    assert "Sun 22 Nov 2026, 13:00 Europe/Vienna" in seen


def test_an_admin_sees_what_is_being_sent_and_what_comes_next(db: Session, ada: Hand) -> None:
    push = Push(title="Spring <3", folded="spring <3", created_at=NOON)
    db.add(push)
    db.flush()
    due = NOON + timedelta(days=9)
    for state, due_at in (("sending", NOON), ("planned", due)):
        db.add(PushRun(push_id=push.id, state=state, recipients="all", late="send", due_at=due_at, created_at=NOON))
    db.flush()
    seen = ada.types("/admin")
    assert "1 push is being sent" in seen
    assert "Next push: \u2068Spring <3\u2069, Tue 1 Dec 2026, 13:00 Europe/Vienna" in seen


def test_today_begins_at_midnight_where_the_bot_is(db: Session) -> None:
    just_after_midnight = NOON.replace(hour=23, minute=30) - timedelta(days=1)
    db.get_one(User, VERA).joined_at = just_after_midnight
    db.flush()
    assert today.numbers(db, zone=SETUP.zone, now=NOON).joined == 7


def test_staff_see_requests_and_no_numbers(sara: Hand) -> None:
    seen = sara.types("/admin")
    assert "0 open requests" in seen
    assert "new today" not in seen
    assert not any(label == "Users" for label in sara.labels())


def test_home_leads_to_every_part(ada: Hand) -> None:
    for door in ("Requests", "Users", "Staff", "Help"):
        ada.types("/admin")
        assert ada.presses(door)
        assert "Front desk" in ada.presses("Home")


def test_a_stranger_has_no_home(otto: Hand) -> None:
    assert otto.types("/admin") == "This needs the role staff."
    assert otto.presses(Home()) == "This needs the role staff."


def test_help_lists_what_the_person_may_type(ada: Hand, sara: Hand, otto: Hand) -> None:
    assert "/staff — who" in ada.types("/help")
    assert "/staff" not in sara.types("/help")
    assert "/requests" in sara.sees()
    assert "/requests" not in otto.types("/help")
    assert "/hours" in otto.sees()
    assert otto.labels() == ["✕ Close"]


def test_help_explains_one_command_to_those_who_may_type_it(ada: Hand, otto: Hand) -> None:
    assert "Usage: /staff [on | off" in ada.types("/help staff")
    assert "/users — " in ada.presses("Back")
    assert "Usage: /users" in ada.types("/help /users")
    assert "Usage:" not in otto.types("/help users")
    assert "/start" in otto.types("/help " + "🙂" * 500)


@pytest.mark.parametrize("name", ["\U000f2911" * 20, ":" * 32, "no_such", "Users"])
def test_help_on_what_is_no_command_is_the_list(ada: Hand, name: str) -> None:
    assert "/staff — who" in ada.types(f"/help {name}")


def test_a_screen_can_be_closed(ada: Hand) -> None:
    ada.types("/admin")
    ada.presses(Close())
    assert ada.screen is None


def test_an_unknown_command_gets_the_nearest(ada: Hand) -> None:
    assert ada.types("/usres") == "There is no command /usres. Did you mean /users?"
    assert ada.types("/request") == "There is no command /request. Did you mean /requests?"


def test_a_button_of_long_ago_gives_staff_a_fresh_home(ada: Hand) -> None:
    acted = router.press(ada.db, "old:1:2", user_id=ada.who, update_id=1, setup=SETUP, now=NOON)
    assert isinstance(acted, router.Acted)
    assert acted.then == "h"
