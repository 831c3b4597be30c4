"""SQL and memory mean the same people, whatever the rule and whoever they are, on both databases."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.rules import (
    FOLDED_LENGTH,
    SYSTEM_FIELDS,
    Between,
    Compare,
    Fact,
    InGroup,
    Leaf,
    Not,
    OneOf,
    Rule,
    Type,
    Value,
    evaluate,
    leaves,
    unparse,
)
from bot.services import audience
from bot.services.audience_order import Order, Sort
from bot.services.audience_rare import Rare
from bot.services.audience_sql import Compiler
from bot.services.audience_walk import Walk
from bot.services.users_folded import FOLDED_FIELDS, twin
from models import User
from models.user import FOLDED
from tests.rules.cast import FIELDS, NOW
from tests.rules.strategies import GROUPS, PROFILE, TWICE, facts, leaves_of_fields, nasty_texts, rules
from tests.services.audience_cast import ALWAYS, Club, Member, cleaned, declare, found, store

_ALL = {**FIELDS, **SYSTEM_FIELDS}
_OPTIONAL = {name: facts(type).map(cleaned) for name, type in _ALL.items() if name not in ("id", "tag", *ALWAYS)}
_values = st.fixed_dictionaries({name: facts(_ALL[name]) for name in ALWAYS}, optional=_OPTIONAL)
_marks = st.frozensets(nasty_texts.map(cleaned).map(str), max_size=2)
_zones = st.sampled_from([UTC, ZoneInfo("Europe/Vienna"), ZoneInfo("Pacific/Kiritimati"), ZoneInfo("America/St_Johns")])
#: Rules short enough to be saved with a group.
_saved = leaves_of_fields().filter(lambda rule: len(unparse(rule)) <= 2000)


#: One condition, or its opposite: whoever nearly fulfils it decides. There are more ways to compare texts than others.
_texts = leaves_of_fields().filter(lambda leaf: isinstance(leaf, Compare) and leaf.field.type is Type.TEXT)
_asked = (leaves_of_fields() | _texts).flatmap(lambda leaf: st.sampled_from([leaf, Not(leaf)]))


@st.composite
def clubs(draw: st.DrawFn) -> tuple[Club, ...]:
    """Three groups: one of conditions, one that may build on it, one without a rule."""
    matching = st.sampled_from(["all", "any", "everyone"])
    first = Club(GROUPS[0], draw(matching), tuple(draw(st.lists(_saved, max_size=2))))
    inner: st.SearchStrategy[Rule] = _saved | st.just(InGroup(GROUPS[0])) | st.just(Not(InGroup(GROUPS[0])))
    second = Club(GROUPS[1], draw(matching), tuple(draw(st.lists(inner, max_size=2))))
    return first, second, Club(GROUPS[2], draw(st.sampled_from(["all", "any"])), ())


def _near(leaf: Leaf, values: Mapping[str, Fact]) -> list[dict[str, Fact]]:
    """What somebody would have who just fulfils a condition, or just does not: by chance hardly anybody has it."""
    if not isinstance(leaf, Compare | OneOf | Between) or leaf.field.name == "id":
        return []
    facts = (fact for value in _values_of(leaf) for fact in _around(value))
    return [{**values, leaf.field.name: fact} for fact in facts]


#: People of that kind.
_MOST_NEAR = 5


def _values_of(leaf: Compare | OneOf | Between) -> tuple[Value, ...]:
    match leaf:
        case OneOf(_, values):
            return values
        case Between(_, low, high):
            return low, high
    return (leaf.value,)


def _around(value: Value) -> tuple[Fact, ...]:
    match value:
        case bool() | time():
            return (value,)
        case str():
            return tuple(cleaned(text) for text in (value, f"a{value}", f"{value}a", f"a{value}a", value.swapcase()))
        case float():
            return value, value - 1, value + 1
    return ()


@st.composite
def scenes(draw: st.DrawFn) -> tuple[Rule, list[Member]]:
    """A rule, and a few people under one clock, with the groups there are; some are made for the rule."""
    rule, groups, now = draw(rules | _asked), draw(clubs()), NOW.astimezone(draw(_zones))
    people = draw(st.lists(st.tuples(_values, _marks), min_size=1, max_size=3))
    near = _near(draw(st.sampled_from(list(leaves(rule)))), people[0][0])[:_MOST_NEAR]
    people += [(values, frozenset({str(values["tag"])} if "tag" in values else ())) for values in near]
    return rule, [Member(301 - number, *person, groups, now) for number, person in enumerate(people)]


#: How else people are asked for than as a set and one by one; each example takes one of these ways.
_WAYS: Mapping[str, Callable[[Session, Rule, datetime], object]] = {
    "page": lambda db, rule, now: sorted(audience.page(db, rule, now=now).ids),
    "walk": lambda db, rule, now: sorted(key.user_id for key in _walk(db, rule, now).next(None, 9)),
    "capped": lambda db, rule, now: audience.count(db, rule, now=now),
    "counted": lambda db, rule, now: audience.count(db, rule, now=now, cap=None),
}


def _walk(db: Session, rule: Rule, now: datetime) -> Walk:
    return Walk(Rare(db, Compiler(db, now)), rule, Order(Sort.JOINED), pieces=(1, 1, 1, 1))


@pytest.fixture
def both(two_databases: tuple[Session, Session]) -> Sequence[tuple[Session, dict[str, int]]]:
    """A session on each database, with the ids of the variables, declared once for all examples."""
    return [(db, declare(db)) for db in two_databases]


@pytest.mark.fuzz
@given(scene=scenes(), way=st.sampled_from(sorted(_WAYS)))
@settings(TWICE)
def test_sql_and_memory_mean_the_same_people(
    both: Sequence[tuple[Session, dict[str, int]]], scene: tuple[Rule, list[Member]], way: str
) -> None:
    rule, crowd = scene
    now = crowd[0].now
    expected = sorted(member.id for member in crowd if evaluate(rule, member))
    for db, variables in both:
        with db.begin_nested() as savepoint:
            store(db, crowd, variables)
            found(db, crowd[0].clubs)
            assert sorted(db.scalars(audience.user_ids(db, rule, now=now))) == expected
            assert sorted(db.scalars(select(User.id).where(audience.holds(db, rule, now=now)))) == expected
            counts = audience.Count(len(expected), True)
            assert _WAYS[way](db, rule, now) == (expected if way in ("page", "walk") else counts)
            savepoint.rollback()


#: What of a statement is ours although it is in quotes: the signs around a text that is looked for inside of others.
_OURS = {"'%'", "'%%'", "'/'"}


@pytest.mark.fuzz
@given(rule=rules)
@settings(PROFILE)
def test_no_value_of_any_rule_stands_in_a_statement(db: Session, rule: Rule) -> None:
    people, condition = audience.user_ids(db, rule, now=NOW), audience.holds(db, rule, now=NOW)
    for query in (people, select(User.id).where(condition)):
        words = str(query.compile(db.get_bind()))
        assert words.isascii() and set(re.findall(r"'[^']*'", words)) <= _OURS
        assert set(re.findall(r"(?<![\w.])[0-9]+", words)) <= {"0", "1"}


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
