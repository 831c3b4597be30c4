"""Random flows, whole and broken: what the loader makes of them, and what the first step through them is."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.flow import FlowError, hear, parse
from bot.flow.heard import Started
from bot.flow.person import Person, Place
from tests.flow import strategies
from tests.flow.golden import NOW, ROOT
from tests.flow.holds import check_turn

EXAMPLE = (ROOT / "flow.example.toml").read_text()
LENIENT = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


@pytest.mark.fuzz
@settings(suppress_health_check=LENIENT, deadline=None)
@given(strategies.broken_flows())
def test_a_broken_flow_is_refused_with_places_or_is_not_broken_after_all(tree: strategies.Tree) -> None:
    result = strategies.loaded(tree)
    lines = strategies.document(tree).count("\n") + 1
    if isinstance(result, FlowError):
        assert result.problems
        assert all(1 <= problem.line <= lines and problem.message for problem in result.problems)
    else:
        check_turn(result, hear(result, Place(), Person({}, NOW), Started()), NOW)


@pytest.mark.fuzz
@settings(suppress_health_check=LENIENT, deadline=None)
@given(st.data())
def test_a_file_with_a_slip_of_the_pen_is_read_or_refused_in_words(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(EXAMPLE)))
    end = min(len(EXAMPLE), start + data.draw(st.integers(0, 30)))
    slip = data.draw(st.text(st.sampled_from("a1=\"'[]{}#.,\\\n \x00ü"), max_size=3))
    text = EXAMPLE[:start] + slip + EXAMPLE[end:]
    try:
        assert parse(text, folder=None).blocks
    except FlowError as error:
        assert all(1 <= problem.line <= text.count("\n") + 1 for problem in error.problems)
