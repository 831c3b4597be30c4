"""SQL and memory mean the same people, whatever the rule and whoever they are, on both databases."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.rules import FOLDED_LENGTH, SYSTEM_FIELDS, InGroup, Not, Rule, evaluate, unparse
from bot.services import audience
from bot.services.audience_order import Order, Sort
from bot.services.audience_rare import Rare
from bot.services.audience_sql import Compiler
from bot.services.audience_walk import Walk
from bot.services.users_folded import FOLDED_FIELDS, twin
from models import User
from models.user import FOLDED
from tests.rules.cast import FIELDS, NOW
from tests.rules.strategies import GROUPS, PROFILE, facts, leaves_of_fields, nasty_texts, rules
from tests.services.audience_cast import ALWAYS, Club, Member, cleaned, declare, found, store

_ALL = {**FIELDS, **SYSTEM_FIELDS}
_OPTIONAL = {name: facts(type).map(cleaned) for name, type in _ALL.items() if name not in ("id", "tag", *ALWAYS)}
_values = st.fixed_dictionaries({name: facts(_ALL[name]) for name in ALWAYS}, optional=_OPTIONAL)
_marks = st.frozensets(nasty_texts.map(cleaned).map(str), max_size=2)
_zones = st.sampled_from([UTC, ZoneInfo("Europe/Vienna"), ZoneInfo("Pacific/Kiritimati"), ZoneInfo("America/St_Johns")])
#: Rules short enough to be saved with a group.
_saved = leaves_of_fields().filter(lambda rule: len(unparse(rule)) <= 2000)


@st.composite
def clubs(draw: st.DrawFn) -> tuple[Club, ...]:
    """Three groups: one of conditions, one that may build on it, one without a rule."""
    matching = st.sampled_from(["all", "any", "everyone"])
    first = Club(GROUPS[0], draw(matching), tuple(draw(st.lists(_saved, max_size=2))))
    inner: st.SearchStrategy[Rule] = _saved | st.just(InGroup(GROUPS[0])) | st.just(Not(InGroup(GROUPS[0])))
    second = Club(GROUPS[1], draw(matching), tuple(draw(st.lists(inner, max_size=2))))
    return first, second, Club(GROUPS[2], draw(st.sampled_from(["all", "any"])), ())


@st.composite
def crowds(draw: st.DrawFn) -> list[Member]:
    """A few people under one clock, with the groups there are."""
    groups, now = draw(clubs()), NOW.astimezone(draw(_zones))
    people = draw(st.lists(st.tuples(_values, _marks), min_size=1, max_size=4))
    return [Member(301 - number, values, marks, groups, now) for number, (values, marks) in enumerate(people)]


@pytest.fixture
def variables(db: Session) -> dict[str, int]:
    """The ids of the variables, declared once for all examples."""
    return declare(db)


@pytest.mark.fuzz
@given(rule=rules, crowd=crowds())
@settings(PROFILE)
def test_sql_and_memory_mean_the_same_people(
    db: Session, variables: dict[str, int], rule: Rule, crowd: list[Member]
) -> None:
    now = crowd[0].now
    expected = sorted(member.id for member in crowd if evaluate(rule, member))
    with db.begin_nested() as savepoint:
        store(db, crowd, variables)
        found(db, crowd[0].clubs)
        assert sorted(db.scalars(audience.user_ids(db, rule, now=now))) == expected
        assert sorted(db.scalars(select(User.id).where(audience.holds(db, rule, now=now)))) == expected
        assert sorted(audience.page(db, rule, now=now).ids) == expected
        walk = Walk(Rare(db, Compiler(db, now)), rule, Order(Sort.JOINED), pieces=(1, 1, 1, 1))
        assert sorted(key.user_id for key in walk.next(None, 9)) == expected
        for cap in (audience.CAP, None):
            assert audience.count(db, rule, now=now, cap=cap) == audience.Count(len(expected), True)
        savepoint.rollback()


def test_the_columns_that_rules_compare_are_those_that_are_kept() -> None:
    assert tuple(twin(name) for name in FOLDED_FIELDS) == FOLDED


def test_the_longest_folded_text_fits_into_an_index(db: Session) -> None:
    nasty = "".join(chr(0x20000 + number * 7) for number in range(FOLDED_LENGTH * 2))
    longest = Member(101, {"city": nasty, "first_name": nasty, "email": nasty}, frozenset({nasty}))
    store(db, [longest], declare(db))
    rule = audience.read(
        db, f'city = "{nasty}" and email starts with "{nasty[:9]}" and tag = "{nasty[:FOLDED_LENGTH]}"'
    )
    assert list(db.scalars(select(User.id).where(audience.holds(db, rule, now=NOW)))) == [101]
