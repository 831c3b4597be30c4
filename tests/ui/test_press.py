"""What a button carries."""

from __future__ import annotations

from typing import Any, get_type_hints

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

import bot.admin  # noqa: F401 - declares all presses
from bot.ui.press import MAX_BYTES, Choose, Press, kinds, pack, parse, press

_NUMBERS = st.integers(-(2**63), 2**63 - 1)
_FIELDS: dict[Any, st.SearchStrategy[Any]] = {
    int: _NUMBERS,
    int | None: st.none() | _NUMBERS,
    bool: st.booleans(),
    str: st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12),
}


def _press_of(kind: type[Press]) -> st.SearchStrategy[Press]:
    hints = {name: hint for name, hint in get_type_hints(kind).items() if not name.startswith("__")}
    return st.builds(kind, **{name: _FIELDS[hint] for name, hint in hints.items()})


@given(st.sampled_from(sorted(kinds().values(), key=lambda kind: kind.__name__)).flatmap(_press_of))
@example(Choose("a:b~", "~1:"))
def test_every_press_that_fits_comes_back_as_it_was(pressed: Press) -> None:
    try:
        data = pack(pressed)
    except ValueError:
        assume(False)
    assert len(data.encode()) <= MAX_BYTES
    assert parse(data) == pressed


@given(st.text() | st.from_regex(r"[a-z]{1,3}(:[0-9a-z~-]{0,14}){0,4}", fullmatch=True))
def test_any_other_data_is_nothing_or_the_one_press_that_it_spells(data: str) -> None:
    parsed = parse(data)
    assert parsed is None or pack(parsed) == data


@pytest.mark.parametrize(
    "data",
    [
        "",
        ":",
        "c",
        "c:a",
        "c:a:b:c",
        "C:a:b",
        "zzzz",
        "u:",
        "u:-",
        "u:+1",
        "u: 1",
        "u:ZZ",
        "u:00",
        "u:1y2p0ij32e8e8",
        "c:a:\ud800",
        "c:a:\x00",
    ],
)
def test_foreign_data_is_no_press(data: str) -> None:
    assert parse(data) is None


def test_a_choice_that_is_too_long_is_refused_when_it_is_packed() -> None:
    with pytest.raises(ValueError, match="a button carries 64"):
        pack(Choose("ü" * 30, "x" * 5))


def test_a_code_that_is_taken_fails_at_import() -> None:
    with pytest.raises(ValueError, match="Choose"):

        @press("c")
        class Clash(Press):
            pass


def test_a_press_carries_small_plain_values_only() -> None:
    with pytest.raises(TypeError, match="cannot carry ratio"):

        @press("zz")
        class Ratio(Press):
            ratio: float
