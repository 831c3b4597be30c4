"""Which texts are the same for a person, and what can be stored."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules import FOLDED_LENGTH, fold
from tests.rules.strategies import NASTY, PROFILE, nasty_texts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wien", " WIEN\n"),
        ("New York", "new \t york"),
        ("Straße", "STRASSE"),
        ("ẞ", "ss"),
        ("İstanbul", "istanbul"),
        ("ISPARTA", "ısparta"),
        ("café", "CAFE\u0301"),
        ("ﬁn", "FIN"),
        ("ＡＢＣ１", "abc1"),
        ("١٢", "12"),
        ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
        ("a\u200bn\u202en", "ann"),
        ("a\0b", "ab"),
        ("ann\ud800", "ann"),
        ("❤\ufe0f", "❤"),
        ("™", "tm"),
    ],
)
def test_these_are_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("Zürich", "Zurich"), ("a b", "ab"), ("²", "3"), ("а", "a"), ("1", "l")])
def test_these_are_not(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.fuzz
@given(st.text() | nasty_texts)
@settings(PROFILE)
def test_a_folded_text_can_be_stored_indexed_and_folded_again(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert len(folded.encode()) <= 4 * FOLDED_LENGTH
    assert "\0" not in folded
    assert folded == folded.strip()


@pytest.mark.parametrize("text", NASTY)
def test_case_does_not_matter(text: str) -> None:
    assert fold(text.casefold()) == fold(text)
