"""Text from strangers cannot leave its place."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.flow.markup import broken, plain
from bot.ui.html import NAME_LIMIT, NAMELESS, copyable, excerpt, html, join, lines, name, quote, untapped

HOSTILE = st.text(st.characters() | st.sampled_from("<>&\"'/\u202e\u2066\u2069\x00\ud800@{}")) | st.sampled_from(
    ["</b><a href='tg://user?id=1'>", "<b>", "&lt;", "\u202eevil\u2069", "/ban_5", "{0.__class__}", "\U0001f600" * 4096]
)


@given(HOSTILE, HOSTILE)
@example("</i></blockquote>", "&amp;")
def test_hostile_text_stays_text(first: str, second: str) -> None:
    drawn = lines(
        html("<b>{}</b> <i>{who}</i>", first, who=name(second)), quote(first), html("{}", excerpt(second, 40))
    )
    assert broken(drawn) is None
    assert drawn.count("<b>") == drawn.count("<i>") == 1


@given(HOSTILE)
def test_what_is_shown_has_no_direction_marks_but_a_pair_of_ours(text: str) -> None:
    shown = plain(html("{}", name(text)))
    inside = shown.removeprefix("\u200e").removeprefix("\u2068").removesuffix("\u2069")
    assert not set(inside) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\x00\n")
    assert shown.count("\u2068") == shown.count("\u2069") <= 1
    assert len(inside) <= NAME_LIMIT


@given(HOSTILE)
def test_all_that_html_makes_can_go_over_the_wire(text: str) -> None:
    made = html("{}{}", text, quote(text))
    assert made.encode().decode() == made


def test_braces_in_a_value_are_not_read() -> None:
    assert html("{}", "{0} {who}") == "{0} {who}"


def test_a_command_in_a_quote_cannot_be_tapped() -> None:
    assert quote("try /ban_5 and a/b") == "<blockquote>try /\u2060ban_5 and a/b</blockquote>"


def test_an_empty_quote_is_nothing() -> None:
    assert quote(" \n") == ""
    assert lines(html("a"), quote(""), None, html("b")) == "a\nb"


def test_a_name_without_a_letter_is_a_dash() -> None:
    assert name("\u202e", None, " ") == NAMELESS


@pytest.mark.parametrize(
    "text",
    ["https://evil.example", "evil.example", "ann@evil.example", "@victim", "#spam", "$TON", "t.me/evil", "/stop"],
)
def test_nothing_that_a_stranger_wrote_becomes_a_link(text: str) -> None:
    for shown in (name(text), excerpt(text, 40)):
        assert shown.replace("\u2060", "").strip("\u2068\u2069") == text
    assert "\u2060" in excerpt(text, 40)


def test_what_is_no_link_is_left_alone() -> None:
    assert excerpt("v1.2 at 12.30, e.g. 3.14 % of 1:2", 40) == "v1.2 at 12.30, e.\u2060g. 3.14 % of 1:2"


def test_a_name_stands_on_one_line() -> None:
    assert name("Vera\n\nAdmin:", "ok") == "\u2068Vera Admin: ok\u2069"


@pytest.mark.parametrize("written", ["נועה", "ليلى", "Noa נועה"])
def test_what_runs_from_right_to_left_does_not_turn_the_line_that_begins_with_it(written: str) -> None:
    assert name(written) == excerpt(written, 20) == f"\u200e\u2068{written}\u2069"
    assert copyable(written, 20) == written


def test_parts_that_are_html_already_are_not_escaped_again() -> None:
    assert html("<i>{}</i>", join(", ", [html("<b>{}</b>", "&"), html("b")])) == "<i><b>&amp;</b>, b</i>"


def test_what_staff_wrote_is_shown_to_staff_with_nothing_to_be_tapped() -> None:
    shown = untapped(
        '<b>Go</b> <a href="https://x.example/a?b&amp;c">there</a> or to y.example, /start &amp; wait', 400
    )
    assert broken(shown) is None and "<a" not in shown
    assert not any(link in plain(shown) for link in ("x.example", "y.example", "/start"))
    assert plain(shown).replace("\u2060", "") == "Go (https://x.example/a?b&c) there or to y.example, /start & wait"
