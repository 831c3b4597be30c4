"""Both kinds of Markdown give text and entities as Telegram gives them, or its own errors."""

from __future__ import annotations

import pytest

from sandbox.errors import Refused
from sandbox.markdown import parse_markdown
from sandbox.markdown_v2 import parse_markdown_v2
from sandbox.shapes import JSON

LINK = {"type": "text_link", "url": "http://a.example/"}


def e(kind: str, offset: int, length: int, **more: str) -> JSON:
    return {"type": kind, "offset": offset, "length": length, **more}


def named(user_id: int) -> JSON:
    return {"id": user_id, "is_bot": False, "first_name": "Vera"}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("_Italic_ *Bold* `Code`", "Italic Bold Code", [e("italic", 0, 6), e("bold", 7, 4), e("code", 12, 4)]),
        (r"snake\_case \* \x", r"snake_case * \x", []),
        ("*a_b*", "a_b", [e("bold", 0, 3)]),
        ("🙂 *b*", "🙂 b", [e("bold", 3, 1)]),
        ("[a](a.example) b", "a b", [{**LINK, "offset": 0, "length": 1}]),
        ("[Vera](tg://user?id=1)", "Vera", [{"type": "text_mention", "user": named(1), "offset": 0, "length": 4}]),
        ("[no link](nothing)", "no link", []),
        ("```py\nx = 1```", "x = 1", [e("pre", 0, 5, language="py")]),
        ("```\nx```", "x", [e("pre", 0, 1)]),
        ("** a", " a", []),
    ],
)
def test_the_old_markdown_knows_five_things_and_no_nesting(source: str, text: str, entities: list[JSON]) -> None:
    assert parse_markdown(source, named) == (text, entities)


@pytest.mark.parametrize(("source", "place"), [("a *b", 2), ("ä _b", 3), ("[a", 0), ("```a", 0)])
def test_an_end_that_is_not_found_is_named_by_its_byte(source: str, place: int) -> None:
    with pytest.raises(Refused, match=f"Can't find end of the entity starting at byte offset {place}$"):
        parse_markdown(source)


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("*a _b_*", "a b", [e("bold", 0, 3), e("italic", 2, 1)]),
        ("__u__ ~s~ ||p||", "u s p", [e("underline", 0, 1), e("strikethrough", 2, 1), e("spoiler", 4, 1)]),
        ("_a __b___", "a b", [e("italic", 0, 3), e("underline", 2, 1)]),
        (r"1\.5 \> 1", "1.5 > 1", []),
        ("`a*b`", "a*b", [e("code", 0, 3)]),
        ("```py\nx = 1\n```", "x = 1\n", [e("pre", 0, 6, language="py")]),
        (r"[a](a.example)", "a", [{**LINK, "offset": 0, "length": 1}]),
        ("[*a*](a.example)", "a", [{**LINK, "offset": 0, "length": 1}, e("bold", 0, 1)]),
        ("[Vera](tg://user?id=1)", "Vera", [{"type": "text_mention", "user": named(1), "offset": 0, "length": 4}]),
        (">a\n>b\nc", "a\nb\nc", [e("blockquote", 0, 3)]),
        (">a\n**>b||", "a\nb", [e("blockquote", 0, 1), e("expandable_blockquote", 2, 1)]),
        (">||a||", "a", [e("blockquote", 0, 1), e("spoiler", 0, 1)]),
        ("![👍](tg://emoji?id=5368324170671202286)", "👍", []),
        ("![now](tg://time?unix=1800000000)", "now", [{**e("date_time", 0, 3), "unix_time": 1800000000}]),
    ],
)
def test_the_new_markdown_nests_and_quotes(source: str, text: str, entities: list[JSON]) -> None:
    assert parse_markdown_v2(source, named) == (text, entities)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("1.5", "Character '.' is reserved and must be escaped with the preceding '\\\\'"),
        ("a | b", "Character '|' is reserved and must be escaped"),
        ("a > b", "Character '>' is reserved and must be escaped"),
        ("ä *b", "Can't find end of Bold entity at byte offset 3"),
        ("*a _b*_", "Can't find end of Italic entity at byte offset 6"),
        ("`a", "Can't find end of Code entity at byte offset 0"),
        ("[a](b", "Can't find end of a URL at byte offset 3"),
        ("![a](http://b)", "Custom emoji entity must contain a tg://emoji URL"),
    ],
)
def test_what_the_new_markdown_refuses(source: str, error: str) -> None:
    with pytest.raises(Refused, match=error):
        parse_markdown_v2(source)
