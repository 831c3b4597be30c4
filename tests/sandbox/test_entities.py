"""HTML becomes text and entities as at Telegram, and breaks with Telegram's own errors."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.entities import decode_references, parse_html, utf16
from sandbox.errors import Refused
from sandbox.formatting import checked_caption, checked_text, formatted, written
from sandbox.markup import to_html


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("<b>a</b>", "a", [{"type": "bold", "offset": 0, "length": 1}]),
        ("<STRONG>a</strong>", "a", [{"type": "bold", "offset": 0, "length": 1}]),
        ("👍<i>b</i>", "👍b", [{"type": "italic", "offset": 2, "length": 1}]),
        ("<b></b>x", "x", []),
        ("a &lt;b&gt; &amp; &quot; &#33; &nbsp; & b", 'a <b> & " ! &nbsp; & b', []),
        ('<a href="https://x.org/p?q=1">go</a>', "go", [{"type": "text_link", "url": "https://x.org/p?q=1"}]),
        ("<a href=x.org>go</a>", "go", [{"type": "text_link", "url": "http://x.org/"}]),
        ('<a href="not a link">go</a>', "go", []),
        ('<a href="tg://user?id=7">go</a>', "go", []),
        ('<pre><code class="language-py">x</code></pre>', "x", [{"type": "pre", "language": "py"}]),
        ("<code><b>x</b></code>", "x", [{"type": "code"}]),
        ("<blockquote expandable>x</blockquote>", "x", [{"type": "expandable_blockquote"}]),
        ('<span class="tg-spoiler">x</span>', "x", [{"type": "spoiler"}]),
        ('<tg-time unix="1800000000">soon</tg-time>', "soon", [{"type": "date_time", "unix_time": 1800000000}]),
    ],
)
def test_html_is_read(source: str, text: str, entities: list[dict[str, Any]]) -> None:
    got_text, got = parse_html(source)
    assert got_text == text
    assert len(got) == len(entities)
    for one, expected in zip(got, entities, strict=True):
        assert expected.items() <= one.items()


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<x>a</x>", 'Unsupported start tag "x" at byte offset 0'),
        ("ä<x>", 'Unsupported start tag "x" at byte offset 2'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>a</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<b>a</b x>", "Unclosed end tag at byte offset 4"),
        ("<a href>a</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
        ("<a =x>a</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=ä>a</a>", "Unexpected end of name token at byte offset 8"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_broken_html_is_refused_in_telegrams_words(source: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


def test_a_link_to_somebody_the_bot_knows_names_them() -> None:
    card = {"id": 7, "is_bot": False, "first_name": "Vera"}
    _, entities = parse_html('<a href="tg://user?id=7">V</a>', lambda user_id: card if user_id == 7 else None)
    assert entities == [{"type": "text_mention", "user": card, "offset": 0, "length": 1}]


def test_telegram_finds_commands_mentions_and_addresses_by_itself() -> None:
    text, entities = written("👍 /start now, ask @vera_v at https://x.org/a. or me@x.org #desk")
    found = {
        text.encode("utf-16-le")[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le")
        for e in entities
    }
    assert found == {"/start", "@vera_v", "https://x.org/a", "me@x.org", "#desk"}


@pytest.mark.parametrize("text", ["a/b", "1/2 cup", "</b>", "http//x", "x@", "#1", "//", "5.30", "e.g. this"])
def test_telegram_finds_nothing_where_nothing_is(text: str) -> None:
    assert written(text)[1] == []


def test_nothing_is_found_inside_code_and_links() -> None:
    text, entities = formatted('<code>/start</code> <a href="https://y.org">x.org</a>', "HTML")
    assert text == "/start x.org"
    assert [e["type"] for e in entities] == ["code", "text_link"]


def test_blanks_around_a_text_are_gone_and_entities_move_with_it() -> None:
    assert formatted("  <b> a </b>  ", "HTML") == ("a", [{"type": "bold", "offset": 0, "length": 1}])


@pytest.mark.parametrize(
    ("source", "mode", "reason"),
    [
        ("", "", "message text is empty"),
        ("  \n ", "", "text must be non-empty"),
        ("<b></b>", "HTML", "message text is empty"),
        ("a" * 4097, "", "message is too long"),
        ("a" * 32_769, "", "text is too long"),
        ("a", "Wiki", "unsupported parse_mode"),
        ("\ud800", "", "strings must be encoded in UTF-8"),
    ],
)
def test_texts_beyond_the_limits_are_refused(source: str, mode: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        checked_text(source, mode)


def test_limits_count_characters_after_parsing() -> None:
    assert len(checked_text(f"<b>{'👍' * 4096}</b>", "HTML")[0]) == 4096
    assert len(checked_caption(f"<b>{'a' * 1024}</b>", "HTML")[0]) == 1024
    with pytest.raises(Refused, match="message caption is too long"):
        checked_caption("a" * 1025, "")


def test_control_characters_become_blanks() -> None:
    assert written("a\x00b\tc\nd")[0] == "a b c\nd"


def test_given_entities_count_only_without_parse_mode_and_unknown_ones_are_skipped() -> None:
    entities = [{"type": "bold", "offset": 0, "length": 1}, {"type": "glitter", "offset": 0, "length": 1}]
    assert formatted("ab", "", entities)[1] == entities[:1]
    assert formatted("ab", "HTML", entities)[1] == []


def test_given_entities_that_lead_nowhere_are_skipped() -> None:
    place = {"offset": 0, "length": 99}
    link = {"type": "text_link", "url": "x.org", **place}
    useless = [{"type": "text_link", **place}, {"type": "text_mention", "user": 1, **place}, {"type": "bold"}, 7]
    assert formatted("ab", "", [link, *useless]) == ("ab", [{**link, "url": "http://x.org/", "length": 2}])
    card = {"id": 7, "is_bot": False, "first_name": "Vera"}
    named = {"type": "text_mention", "user": {"id": 7}, "offset": 0, "length": 1}
    assert formatted("ab", "", [named], lambda user_id: card)[1] == [{**named, "user": card}]


@given(st.text())
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert parse_html(escaped) == (text, [])
    assert decode_references(escaped) == text
    assert utf16(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(st.text(alphabet="<>&ab/\"'= \n👍", max_size=40))
def test_any_html_is_read_or_refused_and_the_page_shows_no_foreign_tag(source: str) -> None:
    try:
        text, entities = parse_html(source)
    except Refused as refused:
        assert refused.code == 400
        return
    assert "<script" not in to_html(text, entities)
    assert all(e["offset"] + e["length"] <= utf16(text) for e in entities)


def test_the_page_shows_formatting_and_never_markup_of_people() -> None:
    text, entities = formatted('<b>1 &lt; 2 <i>👍</i></b> <a href="https://x.org">&lt;x&gt;</a>', "HTML")
    assert to_html(text, entities) == (
        '<b>1 &lt; 2 <i>👍</i></b> <a href="https://x.org/" rel="noopener noreferrer" target="_blank">&lt;x&gt;</a>'
    )
    assert to_html("<script>", []) == "&lt;script&gt;"
