"""Lists, counts and groups of people that rules pick."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, bindparam, event, select, text, union
from sqlalchemy.orm import Session

from bot.rules import Compare, InGroup, Not, Or, Rule, RuleError, evaluate, parse
from bot.services import audience, audience_groups, audience_values
from bot.services.audience_order import Key, Sort
from bot.services.audience_values import MOST
from bot.services.audience_walk import PIECES
from bot.services.refusal import Refusal
from models import User
from models.base import Moment
from tests.rules.cast import FIELDS, NOW
from tests.services.audience_cast import Club, Member, declare, found, store

VERA = Member(101, {"first_name": "Vera", "city": "Wien", "age": 18.0, "last_seen": NOW - timedelta(hours=1)})
VICTOR = Member(102, {"first_name": "Victor", "city": "Graz", "age": 30.0, "last_seen": NOW - timedelta(hours=2)})
SARA = Member(201, {"first_name": "Sara", "city": "WIEN", "last_seen": NOW - timedelta(hours=3)}, frozenset({"press"}))
SAM = Member(202, {"first_name": "Sam", "last_seen": NOW - timedelta(hours=4), "blocked": True})
CAST = (VERA, VICTOR, SARA, SAM)


@pytest.fixture
def house(db: Session) -> Session:
    """A database with the cast in it."""
    store(db, CAST, declare(db))
    return db


@pytest.fixture
def crowded(db: Session) -> Session:
    """A database with more people than a list probes: every 50th lives in Wien, one in Graz, one is the last of all."""
    ids = declare(db)
    number = sum(PIECES) + 500
    db.execute(
        text(
            "INSERT INTO users (id, first_name, search, joined_at, last_seen_at, last_message)"
            " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :number)"
            " SELECT i, 'Ann', 'ann', :moment, :moment, 0 FROM n"
        ).bindparams(bindparam("moment", type_=Moment())),
        {"number": number, "moment": NOW},
    )
    values = (
        "INSERT INTO user_variables (user_id, variable_id, text, folded) SELECT id, :which, :city, :city FROM users"
    )
    db.execute(text(f"{values} WHERE id % 50 = 0"), {"which": ids["city"], "city": "wien"})
    db.execute(text(f"{values} WHERE id = 5"), {"which": ids["city"], "city": "graz"})
    db.execute(text(values), {"which": ids["plan"], "city": "free"})
    return db


def named(db: Session, rule: str) -> list[int]:
    return list(audience.page(db, audience.read(db, rule), now=NOW).ids)


@pytest.mark.parametrize(
    ("rule", "ids"),
    [
        ("city = wien", [101, 201]),
        ("city != wien", [102, 202]),
        ("age >= 18 and not city = graz", [101]),
        ("tag = press or blocked", [201, 202]),
        ("first_name starts with v", [101, 102]),
        ("last_seen within 2 hours", [101, 102]),
        ("id in (101, 202)", [101, 202]),
        ("city = '%'", []),
        ("city contains %", []),
        ("city starts with w_", []),
        ("city ends with /n", []),
        ("id > 101.5", [102, 201, 202]),
        ("id >= 101.5", [102, 201, 202]),
        ("id < 101.5", [101]),
        ("id <= 101.5", [101]),
        ("id = 101.5", []),
        ("id between 101.5 and 201.5", [102, 201]),
        ('city = "\' OR 1=1 --"', []),
    ],
)
def test_a_list_shows_whom_the_rule_means_the_latest_first(house: Session, rule: str, ids: list[int]) -> None:
    assert named(house, rule) == ids


@pytest.mark.parametrize(("sort", "ids"), [(Sort.LAST_SEEN, [101, 102, 201, 202]), (Sort.NAME, [202, 201, 101, 102])])
def test_a_list_can_be_read_forwards_and_backwards_page_by_page(house: Session, sort: Sort, ids: list[int]) -> None:
    everyone, nobody_special = None, parse("not tag = nobody", {})
    for rule in (everyone, nobody_special):
        first = audience.page(house, rule, now=NOW, sort=sort, size=3)
        assert (first.ids, first.previous) == (tuple(ids[:3]), None)
        last = audience.page(house, rule, now=NOW, sort=sort, size=3, after=first.next)
        assert (last.ids, last.next) == (tuple(ids[3:]), None)
        back = audience.page(house, rule, now=NOW, sort=sort, size=2, before=last.previous)
        assert back.ids == tuple(ids[1:3])
        assert audience.page(house, rule, now=NOW, sort=sort, size=2, before=back.previous).previous is None


def test_a_list_keeps_its_place_when_somebody_new_arrives(house: Session) -> None:
    first = audience.page(house, None, now=NOW, size=2)
    store(house, [Member(401, {"first_name": "Otto", "last_seen": NOW})], {})
    assert audience.page(house, None, now=NOW, size=2, after=first.next).ids == (201, 202)


def test_an_empty_list_has_no_pages(house: Session) -> None:
    assert audience.page(house, audience.read(house, "age > 99"), now=NOW) == audience.Page((), None, None)


@pytest.mark.parametrize("key", [Key(101), Key(2**52, NOW), Key(1, datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC))])
def test_a_place_in_a_list_fits_into_a_button(key: Key) -> None:
    assert Key.read(str(key)) == key
    assert len(str(key)) <= 34


def test_people_are_found_in_order_however_rare_they_are(crowded: Session) -> None:
    last = sum(PIECES) + 500
    for rule, expected in {
        "city = wien": [last // 50 * 50 - 50 * number for number in range(8)],
        "city = graz": [5],
        "city = linz": [],
        "city is not set and id < 9": [8, 7, 6, 4, 3, 2, 1],
        "city contains raz": [5],
        "city contains aza": [],
        "plan is not set": [],
        "plan = free and plan is not set": [],
        "plan ends with ree and not plan = free": [],
        "not id between 3 and 99999": [2, 1],
    }.items():
        assert named(crowded, rule) == expected
    walked = audience.page(crowded, audience.read(crowded, "city = graz or id < 4"), now=NOW, size=2)
    assert walked.ids == (5, 3)
    assert audience.page(crowded, audience.read(crowded, "id < 4"), now=NOW, before=Key(1, NOW)).ids == (3, 2)


def test_nobody_behind_the_last_one_on_the_page_is_asked(crowded: Session) -> None:
    statements = heard(crowded)
    assert len(named(crowded, "city = wien and bot_active and joined within 9 days")) == 8
    probes = [statement for statement in statements if "EXISTS" in statement[0]]
    assert probes
    if crowded.get_bind().dialect.name == "sqlite":
        for words, values in probes:
            way = crowded.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values).all()
            assert "ix_users_last_seen" in str(way) and "TEMP B-TREE" not in str(way)


def heard(db: Session) -> list[tuple[str, tuple[object, ...]]]:
    """The statements that a database gets from now on, with their values."""
    statements: list[tuple[str, tuple[object, ...]]] = []
    engine = db.get_bind()
    assert isinstance(engine, Engine)
    event.listen(engine, "before_cursor_execute", lambda *arguments: statements.append((arguments[2], arguments[3])))
    return statements


def test_what_a_page_had_to_read_at_length_is_known_for_the_number_above_it(crowded: Session) -> None:
    crowded.execute(text("UPDATE user_variables SET folded = folded || user_id WHERE folded = 'free'"))
    statements = heard(crowded)
    for words in ("plan contains zzz", "not plan is set", "plan contains zzz and city contains ie"):
        asked = audience.Asked(crowded, audience.read(crowded, words), now=NOW)
        assert asked.page().ids == ()
        statements.clear()
        assert asked.count() == audience.Count(0, True)
        looked_up = [statement for statement, _ in statements if "user_variables" in statement]
        assert all("user_variables.user_id = " in statement for statement in looked_up)


@pytest.mark.parametrize("start", ["a", "\ud7ff", "a\U0010ffff", "\U0010ffff", "%", "/_", "\\"])
def test_a_beginning_is_found_whatever_its_last_letter_is(db: Session, start: str) -> None:
    texts = [start, f"{start}\U0010ffffb", f"{start}a", f"b{start}", start[:-1], f"{start[:-1]}\ue000"]
    people = [Member(101 + number, {"city": text}) for number, text in enumerate(texts)]
    store(db, people, declare(db))
    asked = rule("city starts with a")
    assert isinstance(asked, Compare)
    asked = replace(asked, value=start)
    expected = [person.id for person in people if evaluate(asked, person)]
    assert sorted(db.scalars(audience.user_ids(db, asked, now=NOW))) == expected
    assert sorted(db.scalars(select(User.id).where(audience.holds(db, asked, now=NOW)))) == expected


def test_the_values_of_a_variable_are_known_while_they_are_few(db: Session) -> None:
    ids = declare(db)
    store(db, [Member(1000 + number, {"city": f"City {number}"}) for number in range(MOST)], ids)
    assert len(audience_values.distinct(db, ids["city"]) or []) == MOST
    asked = audience.read(db, "city contains 'y 59' and plan is not set")
    assert audience.count(db, asked, now=NOW, cap=None) == audience.Count(11, True)
    store(db, [Member(9000, {"city": "Wien", "plan": ""})], ids)
    assert audience_values.distinct(db, ids["city"]) is None
    assert audience_values.distinct(db, ids["plan"]) == []
    assert audience.count(db, asked, now=NOW, cap=None) == audience.Count(11, True)


def test_a_count_is_exact_up_to_its_cap(crowded: Session) -> None:
    rule = audience.read(crowded, "city = wien")
    number = (sum(PIECES) + 500) // 50
    assert audience.count(crowded, rule, now=NOW) == audience.Count(number, True)
    assert audience.count(crowded, rule, now=NOW, cap=number) == audience.Count(number, True)
    assert audience.count(crowded, rule, now=NOW, cap=number - 1) == audience.Count(number - 1, False)
    statements = heard(crowded)
    assert audience.count(crowded, None, now=NOW) == audience.Count(10_000, False)
    assert statements and all("LIMIT" in statement for statement, _ in statements)
    assert audience.count(crowded, None, now=NOW, cap=None) == audience.Count(sum(PIECES) + 500, True)


@pytest.mark.parametrize(
    ("rule", "number", "exact"),
    [
        ("city != wien", 10_000, False),
        ("not id between 2000 and 9999", 8_000, False),
        ("not plan = free", 0, True),
        ("plan = free and not plan is set", 0, True),
        ("plan = free and city = wien and id > 100", 443, True),
        ("city = graz or id < 4", 4, True),
        ("city = wien and city = graz", 0, True),
        ("city = wien and city in (graz, wien) and not city = graz", 445, True),
        ("city contains 'n' or city = graz", 446, True),
        ("city contains ie and plan contains ree", 445, True),
        ("not bot_active", 0, True),
    ],
)
def test_a_count_that_takes_long_is_of_thousands_or_exact(
    crowded: Session, rule: str, number: int, exact: bool
) -> None:
    assert audience.count(crowded, audience.read(crowded, rule), now=NOW) == audience.Count(number, exact)


def test_an_exact_count_goes_to_the_end(crowded: Session) -> None:
    everybody = sum(PIECES) + 500
    for words, number in {
        "city != wien": everybody - 445,
        "plan = free and city = wien": 445,
        "plan is set": everybody,
        "plan is set and city = wien": 445,
        "city contains ie": 445,
        "bot_active": everybody,
        "not bot_active or blocked": 0,
    }.items():
        assert audience.count(crowded, audience.read(crowded, words), now=NOW, cap=None) == audience.Count(number, True)


def rule(words: str) -> Rule:
    return parse(words, FIELDS)


@pytest.mark.parametrize(
    ("matching", "rules", "ids"),
    [
        ("all", ["city = wien", "age is set"], [101]),
        ("any", ["city = graz", "tag is set"], [102, 201]),
        ("all", [], []),
        ("any", [], []),
        ("everyone", [], [101, 102, 201, 202]),
    ],
)
def test_a_group_is_all_or_any_of_its_rules(house: Session, matching: str, rules: list[str], ids: list[int]) -> None:
    found(house, [Club("VIP", matching, tuple(rule(words) for words in rules))])
    assert named(house, "in group vip") == ids
    assert sorted([*named(house, "not in group VIP"), *ids]) == [101, 102, 201, 202]


def test_groups_build_on_groups(house: Session) -> None:
    found(house, [Club("Wien", "all", (rule("city = wien"),)), Club("Others", "all", (rule("not in group Wien"),))])
    found(house, [Club("Both", "any", (InGroup("Wien"), InGroup("Others")))])
    assert named(house, "in group Others") == [102, 202]
    assert named(house, "in group Both and in group Wien") == [101, 201]


def test_sets_of_several_rules_fit_into_one_statement(house: Session) -> None:
    found(house, [Club("Wien", "all", (rule("city = wien"),))])
    sets = [
        audience.user_ids(house, audience.read(house, f"in group Wien and id {id}"), now=NOW)
        for id in ("< 200", "> 200")
    ]
    assert sorted(house.scalars(union(*sets))) == [101, 201]


def test_a_group_without_a_readable_rule_matches_nobody(house: Session) -> None:
    found(house, [Club("Old", "all", (rule("city = wien"), parse("gone = 1", {**FIELDS, "gone": FIELDS["age"]})))])
    assert named(house, "in group Old") == []
    assert named(house, "not in group Old") == [101, 102, 201, 202]


def test_a_group_that_is_not_there_is_a_problem_of_the_rule(house: Session) -> None:
    found(house, [Club("VIP", "everyone", ())])
    with pytest.raises(RuleError, match="Did you mean VIP"):
        audience.read(house, "in group VIB")
    assert named(house, "in group VIP") == [101, 102, 201, 202]


def test_a_group_in_a_circle_is_told_and_nobody_is_in_it(house: Session) -> None:
    found(
        house,
        [Club("A", "all", (InGroup("b"),)), Club("B", "any", (InGroup("C"),)), Club("C", "all", (rule("blocked"),))],
    )
    assert audience_groups.circle(house, "c", [InGroup("x"), Not(InGroup("A"))], FIELDS) == ("c", "A", "b", "C")
    assert audience_groups.circle(house, "D", [InGroup("A")], FIELDS) == ()
    assert audience_groups.circle(house, "D", [InGroup("d")], FIELDS) == ("D", "d")
    found(house, [Club("Me", "all", (InGroup("me"),))])
    assert named(house, "in group me") == []


def test_groups_nested_too_deep_are_told(house: Session) -> None:
    clubs = [Club(f"g{number}", "all", (InGroup(f"g{number + 1}"),)) for number in range(12)]
    found(house, clubs)
    assert len(audience_groups.circle(house, "top", [InGroup("g0")], FIELDS)) > audience_groups.MAX_NESTING
    assert audience_groups.circle(house, "top", [InGroup("g5")], FIELDS) == ()


def test_groups_that_name_each_other_many_times_are_one_statement_or_refused(house: Session) -> None:
    clubs = [Club("g0", "all", (rule("city = wien"),))]
    for number in range(1, 10):
        inner = InGroup(f"g{number - 1}")
        clubs.append(Club(f"g{number}", "all", (Or((inner, inner, inner)), inner)))
    found(house, clubs)
    assert named(house, "in group g4") == [101, 201]
    assert audience.count(house, InGroup("g4"), now=NOW) == audience.Count(2, True)
    for heavy in (audience.count, audience.page):
        with pytest.raises(Refusal, match=r"refusals.rule_too_large"):
            heavy(house, InGroup("g9"), now=NOW)


def test_no_value_ever_stands_in_the_statement_itself(house: Session) -> None:
    statements = heard(house)
    asked = "city in (Robert, Bobby) and name contains Bobby and tag = Bobby and not language ends with 'Robert'"
    audience.page(house, parse(asked.replace("name", "first_name"), FIELDS), now=NOW)
    audience.count(house, parse(asked.replace("name", "email"), FIELDS), now=NOW)
    assert len(statements) > 2
    assert not any("obert" in statement or "obby" in statement for statement, _ in statements)
