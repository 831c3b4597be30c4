"""Numbers, dates and times are read the way people write them."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flow.written import read_date, read_number, read_time, say_day, say_number

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("written", "language", "number"),
    [
        ("42", None, 42),
        (" 42 ", "en", 42),
        ("-3", "en", -3),
        ("−3", "en", -3),
        ("+7", "en", 7),
        ("1,234", "en", 1234),
        ("1,234.5", "en", 1234.5),
        ("1.5", "de", 1.5),
        ("1,5", "en", 1.5),
        ("1,5", "de", 1.5),
        ("1.234", "de", 1234),
        ("1.234,5", "de", 1234.5),
        ("1 234,5", "fr", 1234.5),
        ("1'234.5", "de-CH", 1234.5),
        ("1’234", "en", 1234),
        ("12 000", "xx", 12000),
        ("٤٢", "ar", 42),
        (".5", "en", 0.5),
        ("", "en", None),
        ("forty", "en", None),
        ("1e5", "en", None),
        ("nan", "en", None),
        ("inf", "en", None),
        ("1_000", "en", None),
        ("0x10", "en", None),
        ("12 3", "en", None),
        ("1.2.3", "en", None),
        ("4 years", "en", None),
        ("9" * 41, "en", None),
    ],
)
def test_a_number_is_read(written: str, language: str | None, number: float | None) -> None:
    assert read_number(written, language) == number


@pytest.mark.parametrize(
    ("written", "language", "day"),
    [
        ("2026-12-01", "en", date(2026, 12, 1)),
        ("2026/12/1", "en", date(2026, 12, 1)),
        ("1.12.2026", "en", date(2026, 12, 1)),
        ("1. 12. 2026", "de", date(2026, 12, 1)),
        ("1.12.26", "de", date(2026, 12, 1)),
        ("1.12.", "de", date(2026, 12, 1)),
        ("12/1/2026", "en", date(2026, 12, 1)),
        ("12/1/2026", "en-GB", date(2026, 1, 12)),
        ("13/12/2026", "en", date(2026, 12, 13)),
        ("1.5.85", "de", date(1985, 5, 1)),
        ("1 December 2026", "en", date(2026, 12, 1)),
        ("December 1st, 2026", "en", date(2026, 12, 1)),
        ("1. Dezember 2026", "de", date(2026, 12, 1)),
        ("1. Dez. 2026", "de", date(2026, 12, 1)),
        ("3 MÄRZ 2026", "de", date(2026, 3, 3)),
        ("1 dec", "en", date(2026, 12, 1)),
        ("today", "en", TODAY),
        ("Morgen", "de", date(2026, 11, 23)),
        ("next Friday", "en", date(2026, 11, 27)),
        ("am Freitag", "de", date(2026, 11, 27)),
        ("Sunday", "en", date(2026, 11, 29)),
        ("nächsten Mo.", "de", date(2026, 11, 23)),
        ("vendredi", "fr", date(2026, 11, 27)),
        ("Friday, 27 November 2026", "en", date(2026, 11, 27)),
        ("Fr, 27.11.2026", "de", date(2026, 11, 27)),
        ("the 1st of May 2027", "en", date(2027, 5, 1)),
        ("in two weeks", "en", date(2026, 12, 6)),
        ("heute in 14 Tagen", "de", date(2026, 12, 6)),
        ("in einer Woche", "de", date(2026, 11, 29)),
        ("the day after tomorrow", "en", date(2026, 11, 24)),
        ("next", "en", None),
        ("29.2.2027", "de", None),
        ("31/31/2026", "en", None),
        ("1/2/3/4", "en", None),
        ("December", "en", None),
        ("12345", "en", None),
        ("1.12.202", "en", None),
        ("2026-12-001", "en", None),
        ("99999-01-01", "en", None),
        ("soon", "en", None),
        ("", "en", None),
    ],
)
def test_a_date_is_read(written: str, language: str, day: date | None) -> None:
    assert read_date(written, language, TODAY) == day


@pytest.mark.parametrize(
    ("written", "clock"),
    [
        ("14:30", time(14, 30)),
        ("14.30", time(14, 30)),
        ("14h30", time(14, 30)),
        ("9", time(9)),
        ("9 Uhr", time(9)),
        ("9 Uhr 30", time(9, 30)),
        ("14.30 Uhr", time(14, 30)),
        ("9:05 am", time(9, 5)),
        ("12 am", time(0)),
        ("12 p.m.", time(12)),
        ("2PM", time(14)),
        ("3pm", time(15)),
        ("15.30 Uhr", time(15, 30)),
        ("half past three", time(15, 30)),
        ("half three", time(15, 30)),
        ("halb vier", time(15, 30)),
        ("half past nine", time(9, 30)),
        ("halb eins", time(12, 30)),
        ("a quarter to nine", time(8, 45)),
        ("Viertel nach neun", time(9, 15)),
        ("viertel zehn", time(9, 15)),
        ("dreiviertel zehn", time(9, 45)),
        ("fünf vor halb vier", time(15, 25)),
        ("ten past three in the morning", time(3, 10)),
        ("halb acht abends", time(19, 30)),
        ("nine thirty", time(9, 30)),
        ("um neun", time(9)),
        ("noon", time(12)),
        ("Mitternacht", time(0)),
        ("99 past three", None),
        ("quarter", None),
        ("at", None),
        ("24:00", None),
        ("13 pm", None),
        ("9:60", None),
        ("", None),
    ],
)
def test_a_time_is_read(written: str, clock: time | None) -> None:
    assert read_time(written) == clock


@given(st.floats(-1e9, 1e9).map(lambda number: round(number, 4)), st.sampled_from(["en", "de", "fr", "ru", "ar", "hi"]))
def test_what_is_said_can_be_read_again(number: float, language: str) -> None:
    assert read_number(say_number(number, language), language) == number


@given(st.text(max_size=60), st.sampled_from([None, "en", "de", "xx", "zh-hans"]))
def test_any_text_is_read_without_a_fault(written: str, language: str | None) -> None:
    found = read_number(written, language), read_date(written, language, TODAY), read_time(written)
    assert all(one is None or isinstance(one, float | date | time) for one in found)


@pytest.mark.parametrize(("language", "said"), [("en", "Dec 1, 2026"), ("de", "01.12.2026"), (None, "Dec 1, 2026")])
def test_a_day_is_said_in_the_language(language: str | None, said: str) -> None:
    assert say_day(date(2026, 12, 1), language) == said
