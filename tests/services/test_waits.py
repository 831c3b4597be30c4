"""Waits: what is kept when a person goes on, what is not, and that each ends once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.flow import parse
from bot.services import conversations, flows_people, people, users, waits
from tests.services.office import SARA, VERA, Office

FLOW = """start = "menu"
fallback = "menu"
[blocks.menu]
say = "Menu."
[[blocks.menu.connections]]
button = "Book"
actions = [
  { do = "wait", days = 2, to = "remind", keep = true },
  { do = "wait", hours = 1, to = "nudge" },
  { do = "wait", hours = 3, to = "nudge_again" },
]
to = "booked"
[[blocks.menu.connections]]
button = "Hours"
to = "hours"
[blocks.hours]
say = "9 to 18."
to = "menu"
[blocks.booked]
say = "Booked. Your name?"
[[blocks.booked.connections]]
any = true
to = "menu"
[blocks.nudge]
say = "Are you there?"
to = "booked"
[blocks.nudge_again]
say = "Still there?"
[blocks.remind]
say = "Tomorrow."
"""


@pytest.fixture
def desk(office: Office) -> Office:
    """Vera has met a bot that speaks FLOW."""
    office.flow = parse(FLOW, folder=None)
    office.setup = replace(office.setup, flow=office.flow)
    office.meets(VERA)
    return office


def wakes(desk: Office) -> list[str]:
    """Time's work: every wait that is over by now opens its block; returns what Vera hears."""
    now = desk.clock.now()
    for user_id, block in waits.due(desk.db, now):
        conversations.wake(desk.db, user_id, block, setup=desk.setup, now=now)
    return desk.delivers(VERA)


def test_a_wait_is_dropped_when_the_person_goes_on_and_a_kept_one_is_not(desk: Office) -> None:
    for words in ("Book", "Vera", "/start"):
        desk.writes(VERA, words)
    desk.delivers(VERA)
    desk.clock.forward(hours=5)
    assert wakes(desk) == []
    desk.clock.forward(days=3)
    assert wakes(desk) == ["Tomorrow."]
    assert wakes(desk) == []
    assert people.place(desk.db, VERA.id).block == "menu"


def test_several_waits_of_one_place_end_one_after_the_other(desk: Office) -> None:
    desk.writes(VERA, "Book")
    desk.delivers(VERA)
    desk.clock.forward(hours=1)
    assert wakes(desk) == ["Are you there?", "Booked. Your name?"]
    desk.clock.forward(hours=2)
    assert wakes(desk) == ["Still there?"]


def test_a_new_wait_for_the_same_block_takes_the_place_of_the_old_one(desk: Office) -> None:
    desk.writes(VERA, "Book")
    desk.clock.forward(days=1)
    for words in ("Vera", "Book"):
        desk.writes(VERA, words)
    desk.writes(VERA, "Vera")
    later = desk.clock.now() + timedelta(days=2)
    assert waits.due(desk.db, later - timedelta(seconds=1)) == []
    assert waits.due(desk.db, later) == [(VERA.id, "remind")]


def test_a_wait_that_was_over_while_staff_answered_ends_afterwards(desk: Office) -> None:
    for words in ("Book", "Vera"):
        desk.writes(VERA, words)
    desk.delivers(VERA)
    now = desk.clock.forward(days=4)
    users.switch_bot_off(desk.db, VERA.id, by=SARA.id, setup=desk.setup, now=now)
    assert wakes(desk) == []
    assert not conversations.wake(desk.db, VERA.id, "remind", setup=desk.setup, now=now).pending
    users.switch_bot_on(desk.db, VERA.id, by=SARA.id, setup=desk.setup, now=now)
    desk.delivers(VERA)
    assert wakes(desk) == ["Tomorrow."]


def test_a_wait_for_a_block_that_is_gone_is_noted_and_changes_nothing(desk: Office) -> None:
    for words in ("Book", "Vera"):
        desk.writes(VERA, words)
    desk.delivers(VERA)
    shorter = FLOW[: FLOW.index("[blocks.remind]")].replace(
        '{ do = "wait", days = 2, to = "remind", keep = true },', ""
    )
    desk.setup = replace(desk.setup, flow=parse(shorter, folder=None))
    desk.clock.forward(days=4)
    assert wakes(desk) == []
    assert people.place(desk.db, VERA.id).block == "menu"
    assert wakes(desk) == []


def test_the_ways_that_people_took_are_counted(desk: Office) -> None:
    for words in ("Hours", "Hours", "Book", "Vera", "nonsense"):
        desk.writes(VERA, words)
    desk.writes(SARA, "/start")
    taken = {
        ("menu", "hours"): 2,
        ("hours", "menu"): 2,
        ("menu", "booked"): 1,
        ("booked", "menu"): 1,
    }
    counted = flows_people.traffic(desk.db, desk.clock.now())
    assert (dict(counted.ways), counted.is_part) == (taken, False)
    assert flows_people.traffic(desk.db, desk.clock.forward(days=31)).ways == {}


def test_of_very_many_people_those_who_wrote_last_are_counted(desk: Office) -> None:
    desk.writes(VERA, "Hours")
    desk.clock.forward(hours=1)
    for words in ("/start", "Book"):
        desk.writes(SARA, words)
    counted = flows_people.traffic(desk.db, desk.clock.now(), most=1)
    assert (dict(counted.ways), counted.is_part) == ({("menu", "booked"): 1}, True)
