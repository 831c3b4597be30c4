"""How counts are written, so that a lower bound never looks exact."""

from __future__ import annotations

from bot.ui.numbers import bounded, capped


def test_an_exact_count_is_written_as_it_is() -> None:
    assert bounded(812, True, "en") == "812"
    assert bounded(10_000, True, "de") == "10.000"


def test_a_lower_bound_says_that_it_is_one() -> None:
    assert bounded(3000, False, "en") == "3,000+"


def test_above_the_cap_only_the_cap_is_known() -> None:
    assert capped(10_000, 10_000, "en") == "10,000"
    assert capped(10_001, 10_000, "en") == "10,000+"
