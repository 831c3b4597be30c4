"""Values as numbers and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules import Fact, Type, from_number, to_number
from tests.rules.cast import NOW
from tests.rules.strategies import PROFILE


@pytest.mark.parametrize(
    ("value", "type", "number"),
    [
        (18, Type.NUMBER, 18.0),
        (-0.5, Type.NUMBER, -0.5),
        (True, Type.BOOLEAN, 1.0),
        (False, Type.BOOLEAN, 0.0),
        (date(1970, 1, 2), Type.DATE, 1.0),
        (date(1969, 12, 31), Type.DATE, -1.0),
        (time(18, 30, 15), Type.TIME, 66615.0),
        (datetime(1970, 1, 1, 1, tzinfo=UTC), Type.DATETIME, 3600.0),
        (datetime(1970, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))), Type.DATETIME, 0.0),
    ],
)
def test_a_value_lives_as_this_number(value: Fact, type: Type, number: float) -> None:
    assert to_number(value, type) == number
    assert from_number(number, type) == value


@pytest.mark.parametrize(
    ("value", "type"),
    [
        ("18", Type.NUMBER),
        ("x", Type.TEXT),
        (float("nan"), Type.NUMBER),
        (float("inf"), Type.NUMBER),
        (1, Type.BOOLEAN),
        (datetime(2026, 1, 1, tzinfo=UTC), Type.DATE),
        (date(2026, 1, 1), Type.DATETIME),
        (NOW.replace(tzinfo=None), Type.DATETIME),
        (NOW, Type.TIME),
    ],
)
def test_a_value_of_another_type_is_refused(value: Fact, type: Type) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        to_number(value, type)


@pytest.mark.parametrize(("number", "type"), [(1e9, Type.DATE), (1e300, Type.DATETIME), (1.0, Type.TEXT)])
def test_a_number_that_is_no_value_of_the_type_is_refused(number: float, type: Type) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_number(number, type)


@pytest.mark.fuzz
@given(st.timedeltas(timedelta(days=-25_000), timedelta(days=25_000)).map(NOW.__add__) | st.dates() | st.times())
@settings(PROFILE)
def test_moments_days_and_times_come_back_as_they_were(value: datetime | date | time) -> None:
    type = {datetime: Type.DATETIME, date: Type.DATE, time: Type.TIME}[value.__class__]
    assert from_number(to_number(value, type), type) == value
