"""Variables: stored by type, read back as they were, kept when a flow changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from random import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.flow import Flow, parse
from bot.flow.effects import Value
from bot.flow.person import Place
from bot.flow.phrases import ENGLISH
from bot.flow.walk import Walk
from bot.rules import Fact
from bot.services import audience, people, users, variables, variables_edit
from bot.services.people import Sender
from models import UserVariable
from tests.clock import FakeClock
from tests.services.office import ADA, VERA, VICTOR, Office

TYPED = """
start = "a"
fallback = "a"
[variables]
city = "text"
age = "number"
news = "boolean"
day = "date"
hour = "time"
moment = "datetime"
[blocks.a]
say = "a"
"""


@pytest.fixture(scope="module")
def flow() -> Flow:
    return parse(TYPED, folder=None)


@pytest.fixture
def vera(office: Office, flow: Flow) -> Office:
    """Vera has met a bot whose flow has a variable of each type."""
    office.meets(VERA)
    variables.declare(office.db, flow)
    return office


@pytest.mark.parametrize(
    ("name", "value", "fact"),
    [
        ("city", "Wien ß", "Wien ß"),
        ("age", 41.5, 41.5),
        ("news", True, True),
        ("day", "2026-02-28", date(2026, 2, 28)),
        ("hour", "14:30:00", time(14, 30)),
        ("moment", "2026-02-28T14:30:00+01:00", datetime(2026, 2, 28, 13, 30, tzinfo=UTC)),
    ],
)
def test_a_value_comes_back_with_its_type(vera: Office, flow: Flow, name: str, value: Value, fact: Fact) -> None:
    variables.remember(vera.db, VERA.id, {name: value}, flow)
    assert variables.values(vera.db, VERA.id) == {name: fact}


def test_a_later_value_replaces_the_earlier_one_and_can_be_forgotten(vera: Office, flow: Flow) -> None:
    variables.remember(vera.db, VERA.id, {"city": "Wien", "age": 1.0}, flow)
    variables.remember(vera.db, VERA.id, {"city": "Graz"}, flow)
    assert variables.values(vera.db, VERA.id) == {"city": "Graz", "age": 1.0}
    variables.forget(vera.db, VERA.id, ["city", "unknown"])
    assert variables.values(vera.db, VERA.id) == {"age": 1.0}


def test_a_text_of_blanks_can_be_stored_and_does_not_count_in_comparisons(vera: Office, flow: Flow) -> None:
    variables.remember(vera.db, VERA.id, {"city": "  "}, flow)
    row = vera.db.scalars(select(UserVariable)).one()
    assert (row.text, row.folded) == ("  ", None)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(words=st.text(st.characters(), max_size=50))
def test_any_text_can_be_stored_and_comes_back_without_nul(vera: Office, flow: Flow, words: str) -> None:
    variables.remember(vera.db, VERA.id, {"city": words}, flow)
    expected = words.replace("\x00", "").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    assert variables.values(vera.db, VERA.id) == {"city": expected}


TELLING = """
start = "a"
fallback = "a"
languages = ["en", "de"]
[variables]
plan = { type = "text", tell = { en = "Your plan is now <b>{plan}</b>.", de = "Ihr Tarif ist jetzt {plan}." } }
age = "number"
newsletter = { type = "boolean", default = true }
[blocks.a]
say = { en = "a", de = "a" }
"""


@pytest.fixture
def telling(db: Session) -> Office:
    """Vera and Victor have met a bot whose flow tells them of their plan."""
    office = Office(db, FakeClock(), parse(TELLING, folder=None))
    variables.declare(db, office.flow)
    office.meets(VERA)
    office.meets(VICTOR)
    return office


def change(office: Office, who: Sender, name: str, written: str) -> frozenset[int]:
    by, now = office.actor(ADA), office.clock.now()
    return variables_edit.change(office.db, who.id, name, written, by=by, setup=office.setup, now=now).pending


def test_a_person_is_told_of_a_change_by_staff_if_the_flow_says_so(telling: Office) -> None:
    assert change(telling, VERA, "plan", "pro & co") == {VERA.id}
    assert change(telling, VICTOR, "plan", "pro") == {VICTOR.id}
    assert [letter.content["text"] for letter in telling.letters(VERA)] == ["Your plan is now <b>pro &amp; co</b>."]
    assert [letter.content["text"] for letter in telling.letters(VICTOR)] == ["Ihr Tarif ist jetzt pro."]


def test_nobody_is_told_what_did_not_change_or_while_the_bot_is_off(telling: Office) -> None:
    change(telling, VERA, "plan", "pro")
    assert change(telling, VERA, "plan", "pro") == frozenset()
    assert change(telling, VERA, "age", "42") == frozenset()
    users.switch_bot_off(telling.db, VERA.id, by=ADA.id, setup=telling.setup, now=telling.clock.now())
    assert change(telling, VERA, "plan", "free") == frozenset()
    assert variables.values(telling.db, VERA.id) == {"plan": "free", "age": 42.0}


@pytest.mark.parametrize(
    ("words", "holds"),
    [("newsletter", False), ("newsletter = yes", False), ("newsletter = no", False), ("newsletter is not set", True)],
)
def test_a_default_is_for_texts_and_no_rule_sees_it_in_memory_or_in_sql(
    telling: Office, words: str, holds: bool
) -> None:
    rule, now = audience.read(telling.db, words), telling.clock.now()
    known = people.person(telling.db, VERA.id, setup=telling.setup, now=now)
    walk = Walk(telling.flow, known, Place(), ENGLISH, random)
    assert walk.look("newsletter") == "Yes"
    assert walk.holds(rule) is holds
    assert audience.count(telling.db, rule, now=now).number == (5 if holds else 0)


def test_declaring_the_same_flow_again_changes_nothing(vera: Office, flow: Flow) -> None:
    before = variables.names(vera.db)
    variables.declare(vera.db, flow)
    assert variables.names(vera.db) == before


def test_where_a_type_changes_what_fits_stays_and_what_does_not_is_forgotten(vera: Office, flow: Flow) -> None:
    vera.meets(VERA)
    variables.remember(vera.db, VERA.id, {"city": "1010", "hour": "14:30:00"}, flow)
    changed = TYPED.replace('city = "text"', 'city = "number"').replace('hour = "time"', 'hour = "date"')
    variables.declare(vera.db, parse(changed, folder=None))
    assert variables.values(vera.db, VERA.id) == {"city": 1010.0}


def test_a_variable_that_no_flow_declares_any_more_keeps_its_values(vera: Office, flow: Flow) -> None:
    variables.remember(vera.db, VERA.id, {"city": "Wien"}, flow)
    variables.declare(vera.db, parse('start = "a"\nfallback = "a"\n[blocks.a]\nsay = "a"', folder=None))
    assert variables.values(vera.db, VERA.id) == {"city": "Wien"}
