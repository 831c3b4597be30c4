"""What is different between two flows."""

from __future__ import annotations

import pytest

from bot.flow import Flow, parse
from bot.flow.difference import Change, What, difference, gone

BASE = """
start = "a"
fallback = "b"
languages = ["en", "de"]

[variables]
age = { type = "number" }

[[keywords]]
is = ["hello"]
to = "a"

[blocks.a]
say = ["One", { en = "Two", de = "Zwei" }]

[[blocks.a.connections]]
button = "On"
to = "b"

[[blocks.a.connections]]
input = { type = "number", store = "age" }
to = "c"

[blocks.b]
say = "B" # a comment
to = "a"

[blocks.c]
say = "C"
to = "a"
"""


def changed(before: str, after: str) -> tuple[Change, ...]:
    assert before in BASE
    return difference(flow(BASE), flow(BASE.replace(before, after)))


def flow(text: str) -> Flow:
    return parse(text, folder=None)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ('start = "a"', 'start = "c"', Change(What.START, before="a", after="c")),
        ('fallback = "b"', 'fallback = "c"', Change(What.FALLBACK, before="b", after="c")),
        ('languages = ["en", "de"]', 'languages = ["en", "de"]\nedited = "again"', Change(What.EDITED)),
        ('"One"', '"Uno"', Change(What.TEXT, "a", before="One", after="Uno")),
        ('"One"', '"One {age}"', Change(What.TEXT, "a", before="One", after="One {age}")),
        (
            'say = "C"',
            'say = "C {first_name|you} {age|one: #|other: #s} {{x}}"',
            Change(What.TEXT, "c", before="C", after="C {first_name|you} {age|one: #|other: #s} {{x}}"),
        ),
        ('"Zwei"', '"Doch"', Change(What.TEXT, "a", before="Zwei", after="Doch")),
        ('["One", ', '["One", "More", ', Change(What.TEXT_NEW, "a", after="Two")),
        ('say = ["One", {', "say = [{", Change(What.TEXT_GONE, "a", before="Two")),
        ('button = "On"', 'button = "Go"', Change(What.WAY_NEW, "a", "Go", after="b")),
        ('button = "On"', 'button = "Go"', Change(What.WAY_GONE, "a", "On")),
        ('button = "On"\nto = "b"', 'button = "On"\nto = "c"', Change(What.WAY_LEADS, "a", "On", "b", "c")),
        ('store = "age" }', 'store = "age", min = 1 }', Change(What.WAY_OTHER, "a", "number")),
        ('say = "C"\nto = "a"', 'say = "C"\nto = "b"', Change(What.GOES_ON, "c", before="a", after="b")),
        ('say = "C"', 'say = "C"\nactions = [{ do = "typing" }]', Change(What.ACTIONS, "c")),
        ('say = "C"', 'say = "C"\nentry = true', Change(What.LAYOUT, "c")),
        ('type = "number" }\n', 'type = "number", min = 1 }\n', Change(What.VARIABLE, name="age")),
        ("[variables]", '[variables]\ncity = { type = "text" }', Change(What.VARIABLE_NEW, name="city")),
        ('is = ["hello"]', 'is = ["hi"]', Change(What.KEYWORDS)),
    ],
)
def test_every_kind_of_change_is_told(before: str, after: str, change: Change) -> None:
    assert change in changed(before, after)


def test_comments_and_layout_are_no_difference() -> None:
    assert changed("# a comment", "# another one\n") == ()


def test_a_block_that_vanishes_and_one_that_comes() -> None:
    new = BASE.replace("[blocks.c]", "[blocks.d]").replace('to = "c"', 'to = "d"')
    told = difference(flow(BASE), flow(new))
    assert told[:2] == (Change(What.BLOCK_GONE, "c"), Change(What.WAY_LEADS, "a", "number", "c", "d"))
    assert Change(What.BLOCK_NEW, "d") in told
    assert gone(flow(BASE), flow(new)) == {"c"}


def test_markup_is_shown_as_people_see_it() -> None:
    assert changed('"One"', '"<b>One</b> &amp; more"') == (Change(What.TEXT, "a", before="One", after="One & more"),)
