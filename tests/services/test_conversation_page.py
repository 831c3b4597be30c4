"""The log of a conversation, paged both ways by key."""

from __future__ import annotations

from bot.services import conversations, outgoing, requests
from tests.services.office import OTTO, SARA, VERA, Office, text


def numbers(page: conversations.ConversationPage) -> list[int]:
    return [line.number for line in page.lines]


def fill(office: Office, count: int) -> None:
    """Vera's conversation gets `count` lines."""
    office.meets(VERA)
    for number in range(3, count + 1):
        outgoing.queue(office.db, VERA.id, text(f"line {number}"), author="flow", now=office.clock.now())


def test_the_last_lines_come_first_and_both_ways_lead_on(office: Office) -> None:
    fill(office, 20)
    last = conversations.page(office.db, VERA.id)
    assert (numbers(last), last.older, last.newer) == (list(range(13, 21)), True, False)
    middle = conversations.page(office.db, VERA.id, before=13)
    assert (numbers(middle), middle.older, middle.newer) == (list(range(5, 13)), True, True)
    first = conversations.page(office.db, VERA.id, before=5)
    assert (numbers(first), first.older, first.newer) == ([1, 2, 3, 4], False, True)
    onward = conversations.page(office.db, VERA.id, after=4)
    assert (numbers(onward), onward.older, onward.newer) == (list(range(5, 13)), True, True)


def test_a_page_keeps_its_place_when_new_lines_arrive(office: Office) -> None:
    fill(office, 20)
    page = conversations.page(office.db, VERA.id, before=13)
    office.writes(VERA, "more")
    assert numbers(conversations.page(office.db, VERA.id, before=13)) == numbers(page)


def test_beyond_either_end_there_is_an_empty_page_with_the_way_back(office: Office) -> None:
    fill(office, 3)
    beyond = conversations.page(office.db, VERA.id, after=3)
    assert (numbers(beyond), beyond.older, beyond.newer) == ([], True, False)
    before = conversations.page(office.db, VERA.id, before=1)
    assert (numbers(before), before.older, before.newer) == ([], False, True)
    nobody = conversations.page(office.db, OTTO.id)
    assert (numbers(nobody), nobody.older, nobody.newer) == ([], False, False)


def test_every_line_says_who_wrote_it(office: Office) -> None:
    office.asks_for_a_person(VERA)
    requests.answer(office.db, VERA.id, text("hi"), by=office.actor(SARA), setup=office.setup, now=office.clock.now())
    lines = conversations.page(office.db, VERA.id).lines
    assert [(line.author, line.author_name) for line in lines] == [
        ("user", ""),
        ("flow", ""),
        ("user", ""),
        ("flow", ""),
        ("staff", "Sara"),
    ]


def test_one_line_is_found_by_its_number(office: Office) -> None:
    office.meets(VERA)
    line = conversations.line(office.db, VERA.id, 2)
    assert line is not None and line.words == "Hello Vera."
    assert conversations.line(office.db, VERA.id, 99) is None
