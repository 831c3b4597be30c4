"""What a user wrote to a request that was closed before the staff group had it: it is read, and nothing goes round."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from bot import topic_letters
from bot.services import requests, support_group, support_topics
from bot.services import support_topics_note as notes
from tests.clock import FakeClock
from tests.services.group import GROUP, Group
from tests.services.office import SAM, SARA, VERA, Office


@pytest.fixture
def office(db: Session) -> Office:
    """A desk with a staff group, where Vera has asked and Sara has closed before there was a topic."""
    office = Office(db, FakeClock())
    office.meets(VERA)
    goes(office, GROUP)
    office.writes(VERA, "human")
    return office


def goes(office: Office, group: int) -> None:
    office.setup = replace(office.setup, support=replace(office.setup.support, group_id=group))
    support_group.move_in(office.db, setup=office.setup, now=office.clock.now())


def closed(office: Office) -> None:
    request = requests.open_of(office.db, VERA.id)
    assert request is not None
    requests.close(office.db, request.id, by=office.actor(SARA), setup=office.setup, now=office.clock.now())


def said(office: Office, group: Group, most: int = 20) -> str:
    """What stands in the group once it shows all there is."""
    for _ in range(most):
        setup, now = office.setup, office.clock.now()
        errand = topic_letters.next_errand(office.db, setup=setup, now=now)
        if errand is None:
            return "\n".join(group.posts)
        receipt, ids = group.does(errand.calls)
        notes.note(office.db, errand.step, receipt, ids, setup=setup, now=now)
    raise AssertionError("the group is never up to date")


def test_a_request_that_was_closed_before_its_topic_was_made_asks_for_nothing_more(office: Office) -> None:
    closed(office)
    assert said(office, Group()) == ""
    assert support_topics.next_topic(office.db, GROUP, office.clock.now()) is None


def test_what_was_not_read_of_a_closed_request_goes_to_staff_where_there_is_no_group_any_more(office: Office) -> None:
    office.writes(VERA, "one more thing")
    closed(office)
    goes(office, 0)
    assert [office.delivers(one) for one in (SARA, SAM)] == [["alert", "relay"]] * 2


def test_what_was_not_read_of_a_closed_request_is_read_in_the_group_that_comes_next(office: Office) -> None:
    office.writes(VERA, "one more thing")
    closed(office)
    goes(office, GROUP - 1)
    assert "one more thing" in said(office, Group())


def test_a_group_that_is_not_the_staff_group_any_more_gets_no_requests_when_the_bot_is_let_in_again(
    office: Office,
) -> None:
    now = office.clock.now()
    support_group.lose(office.db, GROUP, "kicked", setup=office.setup, now=now)
    goes(office, 0)
    assert support_group.regain(office.db, GROUP, setup=office.setup, now=now) == frozenset()
    assert support_topics.next_topic(office.db, GROUP, now) is None
