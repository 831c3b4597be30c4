"""What holds in every story of support, whoever does what in which order."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.services import conversations, requests, users
from bot.services.receipt import Outcome
from models import Message, Request
from tests.services.office import ADA, SAM, SARA, VERA, Office, text

Deed = Callable[[Office], object]


def take(office: Office) -> None:
    """Sam takes Vera's request, if there is one and he may."""
    if (request := requests.open_of(office.db, VERA.id)) and sam_is_staff(office):
        requests.take(office.db, request.id, by=office.actor(SAM), now=office.clock.now())


def staff_off_and_on(office: Office) -> None:
    """Sam's support messages change; Sara's stay on, so somebody can always be reached."""
    on = sam_is_staff(office)
    users.switch_support(office.db, SAM.id, not on, by=office.actor(ADA), now=office.clock.now())


def sam_is_staff(office: Office) -> bool:
    sam = users.get(office.db, SAM.id)
    return sam is not None and sam.support_since is not None


def sam_blocks(office: Office) -> None:
    """Nothing reaches Sam any more, as a failed letter shows."""
    if letters := office.letters(SAM):
        office.receives(letters[0], Outcome.BLOCKED)


DEEDS: dict[str, Deed] = {
    "Vera writes": lambda office: office.writes(VERA, "hello"),
    "Vera asks for a person": lambda office: office.writes(VERA, "human"),
    "Vera starts again": lambda office: office.starts(VERA),
    "Vera changes what she wrote": lambda office: office.writes(VERA, "hullo", edited=True),
    "Sara hands back": lambda office: requests.reactivate(
        office.db, VERA.id, by=office.actor(SARA), setup=office.setup, now=office.clock.now()
    ),
    "Ada silences the bot": lambda office: requests.deactivate(
        office.db, VERA.id, by=office.actor(ADA), setup=office.setup, now=office.clock.now()
    ),
    "Sara answers": lambda office: requests.answer(
        office.db, VERA.id, text("hi"), by=office.actor(SARA), setup=office.setup, now=office.clock.now()
    ),
    "Sam takes": take,
    "Sam is staff or not": staff_off_and_on,
    "Sam blocks the bot": sam_blocks,
    "Sam comes back": lambda office: office.starts(SAM),
    "letters arrive": lambda office: [office.delivers(one) for one in (VERA, SARA, SAM)],
}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(story=st.lists(st.sampled_from(sorted(DEEDS)), min_size=1, max_size=25))
def test_what_a_person_writes_is_answered_by_the_bot_or_read_by_staff_never_both(
    office: Office, story: list[str]
) -> None:
    with office.db.begin_nested() as savepoint:
        office.meets(VERA)
        for deed in story:
            silent = is_silent(office)
            before = last_number(office)
            DEEDS[deed](office)
            if deed.startswith("Vera"):
                check_heard(office, before + 1, silent, answered=not deed.endswith("wrote"))
            check_state(office)
        savepoint.rollback()


def is_silent(office: Office) -> bool:
    vera = users.get(office.db, VERA.id)
    return vera is not None and vera.bot_off_since is not None


def last_number(office: Office) -> int:
    vera = users.get(office.db, VERA.id)
    assert vera is not None
    return vera.last_message


def check_heard(office: Office, number: int, silent: bool, *, answered: bool) -> None:
    """Line `number` is Vera's, and either the bot said something after it or staff got it."""
    line = conversations.line(office.db, VERA.id, number)
    assert line is not None and line.direction == "in"
    said = office.db.scalars(select(Message).where(Message.user_id == VERA.id, Message.number > number)).all()
    relays = office.db.scalars(select(Message).where(Message.kind == "relay")).all()
    readers = {row.user_id for row in relays if row.content["relay_of"] == [VERA.id, number]}
    assert bool(readers) is silent
    assert any(row.author == "flow" for row in said) is (answered and not silent)


def check_state(office: Office) -> None:
    """At most one request is open, and only while the bot is silent; nothing of the log is missing."""
    open_requests = office.db.scalars(
        select(Request.id).where(Request.user_id == VERA.id, Request.closed_at.is_(None))
    ).all()
    assert len(open_requests) <= (1 if is_silent(office) else 0)
    for one in (VERA, SARA, SAM):
        numbers = office.db.scalars(
            select(Message.number).where(Message.user_id == one.id).order_by(Message.number)
        ).all()
        assert numbers == list(range(1, len(numbers) + 1))
        person = users.get(office.db, one.id)
        assert person is not None and person.last_message == len(numbers)
