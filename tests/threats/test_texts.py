"""What people write stays what they wrote: not markup, not a template, not a rule, not code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass

import pytest
import re2
from sqlalchemy.orm import Session

import bot.admin  # noqa: F401 - declares all screens
from bot.admin.conversation_presses import ViewCanned
from bot.flow import FlowError, actions, parse
from bot.flow.inputs import compiled
from bot.flow.markup import escape
from bot.services import people, users, variables
from bot.services.people import Sender
from bot.ui import router
from bot.ui.press import pack
from bot.ui.router import Drawn
from models import User
from sandbox.formatting import formatted
from tests.admin.hand import read_only
from tests.clock import NOON, FakeClock
from tests.house.screens import MALLORY, STATES, furnish
from tests.services.office import ADA as OWNER
from tests.services.office import SAM, SARA, VERA, Office
from tests.threats.hostile import HOSTILE, judge
from tests.ui.cast import ADA, SETUP

#: Staff are told what somebody said, and then that nobody can be reached.
NOTICES = """
start = "ask"
fallback = "ask"
[variables]
said = "text"
[blocks.ask]
say = "Well?"
[[blocks.ask.connections]]
input = { type = "text", store = "said" }
to = "told"
[blocks.told]
say = [
    { do = "notify", text = "told by {first_name}: {said}" },
    { do = "service_operator" },
]
"""
#: Shows what the author of an answer wrote, links and all, with the words of the user in it.
AS_THE_USER_GETS_IT = (ViewCanned,)


@pytest.mark.parametrize("words", HOSTILE)
def test_s19_s20_s21_whatever_people_are_called_screens_have_our_markup_only(
    db: Session, words: str, tried: Callable[[int], None]
) -> None:
    furnish(db)
    called(db, words)
    about = [press for states in STATES.values() for press in states if getattr(press, "user_id", 0) == MALLORY]
    about = [press for press in about if not isinstance(press, AS_THE_USER_GETS_IT)]
    with read_only(db):
        for press in about:
            drawn = router.draw(db, pack(press), user_id=ADA, setup=SETUP, now=NOON)
            if isinstance(drawn, Drawn):
                check(drawn.screen.text, press)
    tried(len(about))


@pytest.mark.parametrize("words", HOSTILE)
def test_s19_s20_s21_sentences_to_staff_about_people_have_nothing_of_theirs_to_tap(db: Session, words: str) -> None:
    office = Office(db, FakeClock(NOON), parse(NOTICES, folder=None))
    called = Sender(VERA.id, words[:64], words[:64], None, "en")
    office.meets(called)
    for one in (SARA, SAM):
        users.switch_support(db, one.id, False, by=office.actor(OWNER), now=NOON)
    office.writes(called, words)
    letters = office.letters(OWNER)
    assert ["told" in letter.words or "no staff could be reached" in letter.words for letter in letters] == [True] * 2
    for letter in letters:
        check(letter.content["text"], letter.words)


def called(db: Session, words: str) -> None:
    people.meet(db, Sender(MALLORY, words[:64], words[:64], None, "en"), setup=SETUP, now=NOON)
    variables.remember(db, MALLORY, {"city": words}, SETUP.flow)
    user = db.get_one(User, MALLORY, populate_existing=True)
    user.phone = user.email = user.source = words[:200]
    db.flush()


def check(source: str, press: object) -> None:
    """Telegram reads it, nothing in it leads to evil, and nothing of it turns the direction of what follows."""
    judge(*formatted(source, "HTML"), press)


def test_s22_s24_a_value_is_said_as_it_is() -> None:
    for words in HOSTILE:
        text, _ = formatted(escape(words), "HTML")
        assert text.split() == "".join(words).replace("\t", " ").split() or "\u202e" in words


@pytest.mark.parametrize("name", ["__class__", "user.role", "Admin", "a b", "x" * 33, "id", "blocked", "1a", "ä"])
def test_s25_a_variable_has_a_plain_name(name: str) -> None:
    with pytest.raises(FlowError):
        parse(f'start = "a"\nfallback = "a"\n[variables]\n"{name}" = "text"\n[blocks.a]\nsay = "Hi"\n', folder=None)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*a){20}$", "([a-z]+)*x", "(a|a?)+b"])
def test_s26_patterns_are_linear(pattern: str) -> None:
    """With an engine that backtracks the first of these takes longer than anybody lives; only such a one looks back."""
    with pytest.raises(re2.error):
        compiled(r"(a)\1")
    assert compiled(pattern).search("a" * 4096 + "!") is None or pattern == "(.*a){20}$"


def test_s53_no_action_of_a_flow_names_a_chat() -> None:
    """Who is written to is whoever talks, or staff; no value can be that."""
    kinds = [kind for kind in vars(actions).values() if is_dataclass(kind) and kind.__module__ == actions.__name__]
    named = {field.name for kind in kinds for field in fields(kind)}
    assert len(kinds) > 10 and not named & {"chat", "chat_id", "user", "user_id", "recipient"}
