"""What each operator means, as tables of sentences and people."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.rules import Fact, evaluate, parse
from tests.rules.cast import FIELDS, NOW, Person

VERA = Person(
    {
        "id": 101,
        "first_name": "Vera",
        "username": "vera_w",
        "city": " wien ",
        "plan": "Pro",
        "age": 18,
        "newsletter": True,
        "birthday": date(2000, 12, 31),
        "slot": time(18, 30),
        "visit": datetime(2026, 11, 22, 9, 0, 30, tzinfo=UTC),
        "joined": datetime(2026, 11, 15, 12, 0, tzinfo=UTC),
        "last_seen": datetime(2026, 11, 22, 11, 59, tzinfo=UTC),
        "bot_active": True,
        "blocked": False,
    },
    marks=frozenset({"early bird", "press"}),
    groups=frozenset({"VIP"}),
)
NOBODY = Person()


@pytest.mark.parametrize(
    "rule",
    [
        "city = Wien",
        'city = "  WIEN "',
        "city is wien",
        "city == wien",
        "city != Graz",
        "city is not Graz",
        "city ≠ Graz",
        "city <> Graz",
        "city contains IE",
        "city starts with wi",
        "city ends with EN",
        "city not contains x",
        "plan in (free, pro)",
        "plan not in (free, team)",
        "age = 18",
        "age=18.0",
        "age = ١٨",
        "age >= 18",
        "age ≥ 18",
        "age <= 18",
        "age > 17.5",
        "age < 18.5",
        "age != -18",
        "age between 18 and 30",
        "age between 0 and 18",
        "age not between 19 and 30",
        "age in (17, 18)",
        "newsletter",
        "newsletter = yes",
        "newsletter is on",
        "newsletter != no",
        "not blocked",
        "blocked = no",
        "birthday = 2000-12-31",
        "birthday = 31.12.2000",
        "birthday before 2001-01-01",
        "birthday after 2000-12-30",
        "birthday <= 2000-12-31",
        "birthday between 2000-01-01 and 2000-12-31",
        "slot = 18:30",
        "slot after 18:29",
        "slot between 18:00 and 19:00",
        "visit = 2026-11-22",
        "visit = today",
        "visit = 2026-11-22 09:00",
        "visit = 2026-11-22 09:00:30",
        "visit = 2026-11-22T09:00",
        "visit <= today",
        "visit >= today",
        "visit after yesterday",
        "visit before tomorrow",
        "visit in (yesterday, today)",
        "visit between yesterday and today",
        "joined within 7 days",
        "joined within the last week",
        "joined within 1 month",
        "last_seen within 1 minute",
        "last_seen within 24 hours",
        "last_seen within 24h",
        "email is not set",
        "city is set",
        "username = @Vera_W",
        "id = 101",
        "tag = press",
        'tag = "Early Bird"',
        "tag contains bird",
        "tag in (x, press)",
        "tag is set",
        "tag != vip",
        "in group VIP",
        "not in group Other",
        "City = wien AND Not Blocked",
        "not city = Graz and age = 18",
        "city = Graz or age = 18 and newsletter",
        "(city = Graz or age = 18) and newsletter",
    ],
)
def test_this_is_true_of_vera(rule: str) -> None:
    assert evaluate(parse(rule, FIELDS), VERA)


@pytest.mark.parametrize(
    "rule",
    [
        "city = Wie",
        "city != wien",
        "city contains %",
        "city starts with en",
        "city ends with wi",
        "plan in (free, team)",
        "age < 18",
        "age > 18",
        "age between 19 and 30",
        "not newsletter",
        "newsletter = no",
        "blocked",
        "birthday before 2000-12-31",
        "birthday after 2000-12-31",
        "slot before 18:30",
        "visit = yesterday",
        "visit after today",
        "visit before today",
        "visit > 2026-11-22 09:00",
        "visit = 2026-11-22 09:00:29",
        "visit within next 7 days",
        "joined within 6 days",
        "last_seen within 0 minutes",
        "email is set",
        "email = x",
        "city is not set",
        "tag = bird",
        "tag is not set",
        "in group Other",
        "not in group VIP",
        "city = wien and (age = 17 or blocked)",
    ],
)
def test_this_is_false_of_vera(rule: str) -> None:
    assert not evaluate(parse(rule, FIELDS), VERA)


@pytest.mark.parametrize("name", ["city", "age", "newsletter", "birthday", "slot", "visit", "email", "tag"])
def test_what_is_not_set_is_unequal_to_everything_and_compares_to_nothing(name: str) -> None:
    value = {"age": "0", "newsletter": "no", "birthday": "today", "slot": "00:00", "visit": "today"}.get(name, "x")
    assert not evaluate(parse(f"{name} = {value}", FIELDS), NOBODY)
    assert evaluate(parse(f"{name} != {value}", FIELDS), NOBODY)
    assert evaluate(parse(f"not {name} = {value}", FIELDS), NOBODY)
    assert evaluate(parse(f"{name} is not set", FIELDS), NOBODY)


def test_a_text_of_blanks_counts_as_not_set() -> None:
    assert evaluate(parse("city is not set", FIELDS), Person({"city": " \u200b\n"}))


@pytest.mark.parametrize(
    ("rule", "moment", "holds"),
    [
        ("joined = 2026-11-23", datetime(2026, 11, 22, 23, 30, tzinfo=UTC), True),
        ("joined = 2026-11-22", datetime(2026, 11, 22, 23, 30, tzinfo=UTC), False),
        ("joined after 2026-11-22", datetime(2026, 11, 22, 23, 0, tzinfo=UTC), True),
        ("joined = today", datetime(2026, 11, 21, 23, 0, tzinfo=UTC), True),
        ("joined = today", datetime(2026, 11, 21, 22, 59, 59, tzinfo=UTC), False),
        ("joined >= 2026-11-22 13:00", datetime(2026, 11, 22, 12, 0, tzinfo=UTC), True),
        ("joined >= 2026-11-22 13:00", datetime(2026, 11, 22, 11, 59, 59, tzinfo=UTC), False),
        ("joined within 1 month", datetime(2026, 10, 22, 11, 0, tzinfo=UTC), True),
        ("joined within 1 month", datetime(2026, 10, 22, 10, 59, tzinfo=UTC), False),
    ],
)
def test_days_and_hours_are_meant_in_the_zone_of_now(rule: str, moment: datetime, holds: bool) -> None:
    facts = Person({"joined": moment}, now=NOW.astimezone(ZoneInfo("Europe/Vienna")))
    assert evaluate(parse(rule, FIELDS), facts) is holds


@pytest.mark.parametrize(
    ("now", "rule", "day", "holds"),
    [
        (datetime(2026, 3, 31, tzinfo=UTC), "birthday within 1 month", date(2026, 2, 28), True),
        (datetime(2026, 3, 31, tzinfo=UTC), "birthday within 1 month", date(2026, 2, 27), False),
        (datetime(2028, 2, 29, tzinfo=UTC), "birthday within 1 year", date(2027, 2, 28), True),
        (datetime(2026, 12, 31, tzinfo=UTC), "birthday within next 2 months", date(2027, 2, 28), True),
        (datetime(2026, 12, 31, tzinfo=UTC), "birthday within next 2 months", date(2027, 3, 1), False),
        (datetime(2026, 12, 31, tzinfo=UTC), "birthday within next week", date(2027, 1, 7), True),
    ],
)
def test_months_and_years_follow_the_calendar(now: datetime, rule: str, day: date, holds: bool) -> None:
    assert evaluate(parse(rule, FIELDS), Person({"birthday": day}, now=now)) is holds


@pytest.mark.parametrize(
    ("name", "value"), [("age", "18"), ("city", 18), ("visit", NOW.replace(tzinfo=None)), ("birthday", NOW)]
)
def test_a_value_of_another_type_is_an_error_and_not_a_guess(name: str, value: Fact) -> None:
    with pytest.raises(ValueError, match=r"."):
        evaluate(parse(f"{name} is set", FIELDS), Person({name: value}))
