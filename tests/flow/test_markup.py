"""Text from strangers stays text, and markup of authors is judged as Telegram judges it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.flow.markup import TEXT_LIMIT, broken, clean, escape, plain, shorten
from bot.flow.wording import Text, WordingError, fill_html, fill_plain, parse_parts

ANY = st.text(st.characters() | st.sampled_from("<>&\"'{}|\u202e\x00\ud800"))


@given(ANY)
@example("<b>&amp;</b>")
def test_escaped_text_reads_as_it_was_written(text: str) -> None:
    assert broken(escape(text)) is None
    assert plain(escape(text)) == text.replace("\x00", "\ufffd") or "\x00" in text
    assert broken(f'<a href="{escape(text) or "x"}">x</a>') is None


@given(ANY)
def test_cleaned_text_can_be_stored_and_shown_anywhere(text: str) -> None:
    cleaned = clean(text)
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert not set(cleaned) & set("\x00\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
    assert clean(cleaned) == cleaned


def test_emoji_and_line_feeds_survive_cleaning() -> None:
    text = "👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿\n\tکتاب‌خانه"
    assert clean(text) == text
    assert clean("a\r\nb\x07") == "a\nb"


@given(ANY, st.integers(1, 50))
def test_shortened_text_keeps_to_its_limit(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit


@pytest.mark.parametrize(
    "html",
    [
        "<b>a <i>b</i></b>",
        '<a href="https://example.com?a=1&b=2">x</a>',
        "<a href='tg://user?id=1'>x</a>",
        '<span class="tg-spoiler">x</span><tg-spoiler>y</tg-spoiler>',
        "<blockquote expandable>x</blockquote>",
        '<pre><code class="language-python">x</code></pre>',
        "AT&T &lt; &#60; &nbsp;",
        "<B>x</b>",
    ],
)
def test_good_markup_passes(html: str) -> None:
    assert broken(html) is None


@pytest.mark.parametrize(
    "html",
    ["<b>", "</b>", "<b><i></b></i>", "<br/>", "<p>x</p>", "a < b", "<3", '<span class="x">y</span>', "<a>x</a>", "<b"],
)
def test_broken_markup_is_told(html: str) -> None:
    assert broken(html)


def text(written: str) -> Text:
    return Text((("", parse_parts(written)),))


@given(ANY)
def test_a_value_is_never_markup_and_never_read_again(value: str) -> None:
    filled = fill_html(text('<b>{name|?}</b> <a href="https://x/{name}">x</a>'), None, lambda name: value, TEXT_LIMIT)
    assert broken(filled) is None
    shown = fill_plain(text("{name}"), None, lambda name: value)
    assert shown == shorten(clean(value), 1000)


@given(st.lists(ANY, min_size=1, max_size=5), st.integers(20, 200))
def test_values_are_cut_so_that_the_message_keeps_to_its_limit(values: list[str], limit: int) -> None:
    written = "<b>a</b>" + "".join(f"{{v{at}}}" for at in range(len(values)))
    filled = fill_html(text(written), None, lambda name: values[int(name[1:])], limit)
    assert len(plain(filled)) <= limit + len(values)


@pytest.mark.parametrize("written", ["{", "}", "{a b}", "{A}", "{a.b}", "{a[0]}", "{a|{b}}", "{}", "{a!r}", "{1}"])
def test_what_is_not_a_place_is_told(written: str) -> None:
    with pytest.raises(WordingError, match="is not a place for a variable"):
        parse_parts(written)


def test_a_default_stands_where_nothing_is_known() -> None:
    assert fill_plain(text("{city|somewhere}, {city}, {{city}}"), None, lambda name: None) == "somewhere, , {city}"
    assert fill_plain(text("{city|somewhere}"), None, lambda name: "") == "somewhere"
    assert fill_html(text("{city|<i>}"), None, lambda name: None, 100) == "&lt;i&gt;"


def test_a_language_is_found_without_its_country() -> None:
    both = Text((("en", ("Hello",)), ("de", ("Hallo",))))
    wanted = {"de-AT": "Hallo", "de_at": "Hallo", "DE": "Hallo", "fr": "Hello", None: "Hello"}
    assert {language: fill_plain(both, language, lambda name: None) for language in wanted} == wanted
