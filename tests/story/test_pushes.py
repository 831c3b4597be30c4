"""An admin makes a group, sends pushes to it, now and later, and to the right people."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from sandbox import Person
from tests.clock import FakeClock
from tests.story.people import Story, buttons, hears, telling, texts


async def with_card(person: Person, name: str, age: str, city: str) -> None:
    """Somebody gets a library card."""
    await person.start("card")
    for answer in (name, age, city):
        await person.write(answer)
    await person.heard(6)


async def says(story: Story, *lines: str) -> dict[str, object]:
    """Ada types commands; the screen that the last one leads to."""
    for line in lines:
        await story.ada.write(line)
        screen = (await story.ada.heard(1))[0]
        if not screen.get("inline_keyboard"):  # a sentence before the screen
            screen = (await story.ada.heard(1))[0]
    return screen


async def sends(story: Story, line: str) -> None:
    """Ada types a sending and confirms its review."""
    review = await says(story, line)
    await story.ada.press(next(label for label in buttons(review) if label.startswith("Send to")), review)


async def test_a_push_goes_to_its_group_once_and_then_to_new_members_only(story_on_both: Story) -> None:
    story = story_on_both
    await with_card(story.vera, "Vera", "34", "Vienna")
    await with_card(story.victor, "Victor", "12", "Vienna")
    group = await says(story, "/groups new “Adults” all city = Vienna; age >= 18")
    assert "1" in str(group["text"]) and "Adults" in str(group["text"])
    await says(story, "/push new “Reading week” to Adults start reading_week")
    await sends(story, "/push send “Reading week” to all")
    await hears(story.vera, "Reading week in Vienna")
    await with_card(story.otto, "Otto", "50", "vienna")
    await sends(story, "/push send “Reading week” to new")
    await hears(story.otto, "Reading week in vienna")
    await sends(story, "/push send “Reading week” to 101")
    await hears(story.vera, "Reading week in Vienna")
    for person in (story.vera, story.victor, story.otto):
        assert await person.heard_so_far() == []


async def test_a_push_moves_people_to_its_block(story: Story) -> None:
    await with_card(story.vera, "Vera", "34", "Vienna")
    await says(story, "/push new Readings to everyone start reading_week")
    await sends(story, "/push send Readings to 101")
    await story.vera.heard(1)
    await story.vera.press("Keep a seat for me")
    await hears(story.vera, "A seat is kept for you, Vera.", "Hello Vera!")


async def test_the_card_of_a_push_lives_until_it_is_over(story: Story) -> None:
    await story.vera.start()
    await says(story, "/push new Readings to everyone start reading_week")
    review = await says(story, "/push send Readings to 101")
    await story.ada.press("Send to 1 person", review)
    card = await story.ada.until(lambda chat: "100 %" in _newest(chat) or "reached 1" in _newest(chat), timeout=60)
    assert "Readings" in _newest(card)


def _newest(chat: dict[str, list[dict[str, str]]]) -> str:
    return chat["messages"][-1].get("text", "")


async def test_nobody_who_talks_with_staff_gets_a_push(story: Story) -> None:
    await story.vera.start()
    await story.victor.start()
    await story.vera.write("person")
    await story.vera.write("Is anybody there?")
    await story.vera.heard(3)
    await story.victor.heard(1)
    await says(story, "/push new Readings to everyone start reading_week")
    review = await says(story, "/push send Readings to 101, 102")
    assert "1 talks with staff" in str(review["text"])
    await story.ada.press("Send to 1 person", review)
    await hears(story.victor, "Reading week in")
    assert await story.vera.heard_so_far() == []


@pytest.fixture
async def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def timed(sqlite_url: str, clock: FakeClock) -> AsyncIterator[Story]:
    """A story whose time the test moves."""
    async with telling(sqlite_url, clock=clock) as story:
        yield story


async def test_a_push_waits_for_its_time(timed: Story, clock: FakeClock) -> None:
    await timed.vera.start()
    await timed.vera.heard(1)
    await says(timed, "/push new Readings to everyone start reading_week")
    review = await says(timed, "/push send Readings to 101 at 2026-12-01 09:00")
    assert "Tue 1 Dec 2026" in str(review["text"]) and "Europe/Vienna" in str(review["text"])
    await timed.ada.press("Plan for 1 person", review)
    await timed.ada.heard_so_far()
    assert await timed.vera.heard_so_far() == []
    clock.forward(days=8, hours=20, minutes=1)
    await hears(timed.vera, "Reading week in")


async def test_a_wait_of_the_flow_ends_in_its_time(timed: Story, clock: FakeClock) -> None:
    await timed.vera.start()
    for button in ("Reserve a book", "By post"):
        await timed.vera.heard(1)
        await timed.vera.press(button)
    await hears(timed.vera, "Good. Which book")
    clock.forward(minutes=11)
    await hears(timed.vera, "Do you still want to reserve a book?")


async def test_a_deleted_push_asks_first_and_is_gone(story: Story) -> None:
    await says(story, "/push new Readings to everyone start reading_week")
    question = await says(story, "/push delete Readings")
    await story.ada.press("Delete the push", question)
    await story.ada.changed(question)
    await story.ada.write("/push show Readings")
    assert "Readings" in texts(await story.ada.heard(1))[0]
