"""The queue, and the alert in the chat of each member of staff."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.admin.alert import draw_alert
from bot.admin.presses import CloseRequest, Place, ShowConversation, SwitchBotOff, SwitchBotOn, TakeRequest
from bot.admin.relay import draw_relay
from bot.flow.heard import Started
from bot.flow.markup import broken
from bot.services import requests
from bot.services.conversations import Incoming
from bot.services.people import Sender
from bot.ui.screen import Screen
from models import Message, Request, User
from tests.admin.conftest import says
from tests.admin.hand import Hand, hears
from tests.clock import NOON
from tests.ui.cast import OTTO, SAM, SARA, SETUP, VERA, sender

Asks = Callable[[str], frozenset[int]]


@pytest.fixture
def sam(db: Session) -> Hand:
    """The other member of staff; reads German."""
    return Hand(db, SAM)


def request_of(db: Session) -> Request:
    request = requests.open_of(db, VERA)
    assert request is not None
    return request


def alert(db: Session, request_id: int, viewer: int = SARA) -> Screen:
    screen = draw_alert(db, request_id, viewer, SETUP, NOON)
    assert screen is not None
    assert broken(screen.text) is None
    return screen


def presses_of(screen: Screen) -> dict[str, object]:
    return {button.label: button.press for row in screen.rows for button in row}


def sent(db: Session) -> None:
    """All alerts were sent."""
    alerts = update(Message).where(Message.kind == "alert").values(state="sent", telegram_id=5)
    db.execute(alerts.execution_options(synchronize_session=False))


def test_an_alert_says_who_asked_what_from_where_and_leads_on(db: Session, asks: Asks) -> None:
    assert asks("Where do <I> park?") >= {SARA, SAM}
    request = request_of(db)
    screen = alert(db, request.id)
    assert "<code>101</code>" in screen.text
    assert "<blockquote>Where do &lt;I&gt; park?</blockquote>" in screen.text
    assert "Block: welcome" in screen.text
    assert "City: Where do &lt;I&gt; park?" in screen.text
    assert f'<a href="https://t.me/desk_bot?start=c_{request.token}">' in screen.text
    assert presses_of(screen) == {
        "Take": TakeRequest(request.id, Place.ALERT),
        "Reply": presses_of(screen)["Reply"],
        "Open conversation": ShowConversation(VERA, anew=True),
        "Close request": CloseRequest(request.id, Place.ALERT),
        "Reactivate bot": SwitchBotOn(VERA, Place.ALERT),
        "Profile": None,
    }


def test_what_is_opened_from_an_alert_comes_in_a_message_of_its_own(db: Session, sara: Hand, asks: Asks) -> None:
    asks("x")
    sara.screen = alert(db, request_of(db).id)
    sara.presses("Open conversation")
    assert sara.screen.anew
    sara.screen = alert(db, request_of(db).id)
    sara.presses("Reply")
    assert sara.screen.anew


def test_the_first_take_wins_and_the_alerts_change(db: Session, sara: Hand, sam: Hand, asks: Asks) -> None:
    asks("x")
    sent(db)
    request = request_of(db)
    sara.screen = alert(db, request.id)
    assert sara.presses("Take") == "The request is yours."
    assert sara.pending == {SARA, SAM}
    assert sam.presses(TakeRequest(request.id, Place.ALERT)) == "\u2068Sara\u2069 hat sie schon übernommen."
    shown = alert(db, request.id, SAM)
    assert "übernommen von \u2068Sara\u2069" in shown.text
    assert "Übernehmen" not in presses_of(shown)


def test_reactivating_on_an_alert_closes_the_request_and_shows_who_did(db: Session, sara: Hand, asks: Asks) -> None:
    asks("x")
    sent(db)
    request = request_of(db)
    sara.screen = alert(db, request.id)
    assert sara.presses("Reactivate bot") == "The bot answers \u2068Vera Visitor\u2069 again."
    assert sara.pending == {SARA, SAM, VERA}
    shown = alert(db, request.id, SAM)
    assert "geschlossen von \u2068Sara\u2069" in shown.text
    assert presses_of(shown)["Bot abschalten"] == SwitchBotOff(VERA, Place.ALERT)
    sara.presses(SwitchBotOn(VERA, Place.ALERT))
    assert sara.pending == frozenset()
    assert sara.presses(TakeRequest(request.id, Place.ALERT)) == "The request is closed already (\u2068Sara\u2069)."


def test_a_message_that_is_passed_on_names_its_author(db: Session, asks: Asks) -> None:
    asks("x")
    says(db, sender(VERA), "are you </b>there? /stop")
    user = db.get_one(User, VERA, populate_existing=True)
    screen = draw_relay(db, VERA, user.last_message, SARA, SETUP, NOON)
    assert screen is not None
    assert "Vera Visitor" in screen.text
    assert "are you &lt;/b&gt;there? /\u2060stop" in screen.text
    assert draw_relay(db, VERA, user.last_message, OTTO, SETUP, NOON) is None
    assert draw_relay(db, VERA, 999, SARA, SETUP, NOON) is None


def test_an_alert_of_a_request_that_is_gone_is_nothing(db: Session) -> None:
    assert draw_alert(db, 999, SARA, SETUP, NOON) is None


def test_the_queue_has_waiting_ones_first_and_is_walked_by_key(db: Session, sara: Hand) -> None:
    for number in range(11):
        opened = NOON + timedelta(minutes=number)
        db.add(User(id=1000 + number, first_name=f"Guest{number:02}", search="", joined_at=opened, last_seen_at=opened))
        db.flush()
        taken = SAM if number < 3 else None
        db.add(Request(user_id=1000 + number, token=f"t{number}", text="help", opened_at=opened, taken_by=taken))
    db.flush()
    first = sara.types("/requests")
    assert "11 open, 8 waiting" in first
    assert first.index("Guest03") < first.index("Guest10")
    assert "Guest00" not in first
    second = sara.presses("More")
    assert all(f"Guest0{number}" in second for number in range(3))
    assert "taken by \u2068Sam\u2069" in second
    assert sara.presses("«") == first


def test_all_requests_are_shown_newest_first(db: Session, sara: Hand, asks: Asks) -> None:
    asks("first")
    assert "asked" in sara.types("/requests open")
    sara.presses(SwitchBotOn(VERA, Place.ALERT))
    assert "No request is open." in sara.types("/requests")
    assert "closed by" in sara.presses("Show all")


def test_a_request_opens_its_conversation(sara: Hand, asks: Asks) -> None:
    asks("first")
    sara.types("/requests")
    assert "Times in" in sara.presses("1 \u2068Vera")
    assert "1 open" in sara.presses("Back")


def test_hostile_people_cannot_break_an_alert(db: Session) -> None:
    mallory = Sender(666, "</b>\u202e<a href='x'>" + "A" * 300, "\x00", "mallory", "en")
    hears(db, mallory, Incoming(mallory, Started()))
    says(db, mallory, "</blockquote>\u202e" + "🙂" * 4090)
    request = requests.open_of(db, 666)
    assert request is not None
    screen = alert(db, request.id)
    assert len(screen.text) < 4096
    assert "\u202e" not in screen.text
