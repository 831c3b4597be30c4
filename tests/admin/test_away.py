"""Staff who are away: the others are asked, and the list of staff says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.services import staff_away, users_reach
from tests.admin.hand import Hand
from tests.ui.cast import ADA, ALMA, SAM, SARA


def test_whoever_is_away_is_not_asked_until_their_time_is_over(
    db: Session, sara: Hand, ada: Hand, asks: Callable[[str], frozenset[int]]
) -> None:
    assert "until Sun, 22 Nov 2026, 14:00 Europe/Vienna" in sara.types("/away until 14:00").replace("Sun 22", "Sun, 22")
    assert SARA not in asks("Where do I park?")
    assert "away until 22 Nov, 14:00" in ada.types("/staff")
    later = sara.now + timedelta(minutes=59)
    assert not staff_away.are_due(db, later) and staff_away.return_due(db, later) == 0
    due = sara.now + timedelta(hours=1)
    assert staff_away.are_due(db, due) and staff_away.return_due(db, due) == 1
    assert SARA in users_reach.staff_ids(db)


def test_back_ends_it_and_says_so_only_to_whoever_was_away(db: Session, sara: Hand) -> None:
    assert "/back" in sara.types("/away")
    assert users_reach.staff_ids(db) == [SAM]
    assert sara.types("/back") == "Requests come to you again."
    assert sara.types("/back") == "You were not away."
    assert users_reach.staff_ids(db) == [SARA, SAM]


def test_if_all_are_away_all_are_asked(db: Session, sara: Hand) -> None:
    sara.types("/away")
    Hand(db, SAM).types("/away")
    assert users_reach.staff_ids(db) == [SARA, SAM]


@pytest.mark.parametrize("words", ["/away 14:00", "/away until", "/away until soon", "/away until 2020-01-01 10:00"])
def test_a_time_that_cannot_be_read_gets_the_usage(sara: Hand, words: str) -> None:
    assert "/away until 14:00" in sara.types(words)


def test_an_admin_without_support_messages_has_nothing_to_be_away_from(db: Session) -> None:
    assert "no support messages" in Hand(db, ALMA).types("/away")
    assert Hand(db, ADA).types("/back") == "You were not away."
