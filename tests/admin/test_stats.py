"""The figures: text for any span, and a picture of the days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot import charts
from bot.flow.content import Content
from bot.services import digests, requests, roles
from tests.admin.hand import Hand
from tests.ui.cast import ADA, SARA, SETUP, VERA


def test_a_desk_without_requests_has_dashes_and_no_picture(ada: Hand) -> None:
    shown = ada.types("/stats")
    assert "The last 30 days" in shown and "Asked: 0, closed: 0" in shown and "To the first answer: —" in shown
    assert "From users: 0, to users: 0" in shown


def test_days_on_which_nothing_happened_have_no_picture(ada: Hand) -> None:
    ada.now += timedelta(days=100)
    ada.types("/stats 7d")
    assert ada.screen is not None and ada.screen.attachment is None


def test_messages_and_blocks_are_shown_and_sent_as_a_file(ada: Hand, asks: Callable[[str], frozenset[int]]) -> None:
    asks("Where do I park?")
    ada.now += timedelta(hours=1)
    shown = ada.types("/stats 7d")
    assert "Messages" in shown and "Through the blocks" in shown and "went no further" in shown
    ada.presses("CSV")
    assert ada.screen is not None and ada.screen.attachment is not None
    head, *days = ada.screen.attachment.make().decode("utf-8-sig").splitlines()
    assert head == '"day","joined","present","received","sent","pushed","missed","asked","closed"'
    assert len(days) == 8 and days[-1].endswith(',"1","2","0","0","0","1","0"')


def test_a_digest_is_chosen_below_the_figures(ada: Hand) -> None:
    ada.types("/stats")
    ada.presses("Send me weekly")
    assert digests.chosen(ada.db, ADA) == "weekly"
    labels = [button.label for row in ada.screen.rows for button in row] if ada.screen else []
    assert "Send me daily" in labels and "Send me none" in labels and "Send me weekly" not in labels


def test_answers_and_people_are_counted_and_drawn(
    db: Session, ada: Hand, asks: Callable[[str], frozenset[int]]
) -> None:
    asks("Where do I park?")
    sara, later = roles.actor(db, SARA, SETUP), ada.now + timedelta(minutes=65)
    request = requests.open_of(db, VERA)
    assert request is not None
    requests.take(db, request.id, by=sara, now=ada.now)
    requests.answer(db, VERA, Content(text="Behind the house."), by=sara, setup=SETUP, now=later)
    ada.now = later + timedelta(minutes=1)
    shown = ada.types("/stats 7d")
    assert "Open now: 1, of these waiting for somebody: 0" in shown
    assert "To the first answer: 1 h 5 min" in shown and "took 1, closed 0, first answer 1 h 5 min" in shown
    assert ada.screen is not None
    if charts.available():
        assert ada.screen.attachment is not None
        picture = ada.screen.attachment.make()
        assert picture.startswith(b"\x89PNG")
        assert int.from_bytes(picture[20:24]) > 3 * 345, "people, messages, requests, and the way through the blocks"


@pytest.mark.parametrize("words", ["/stats 0", "/stats 500d", "/stats week"])
def test_a_span_that_cannot_be_read_gets_the_usage(ada: Hand, words: str) -> None:
    assert "/stats 30d" in ada.types(words)
