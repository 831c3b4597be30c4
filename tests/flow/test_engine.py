"""What the golden conversations cannot show: new versions of a flow, odd places, odd people."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest

from bot.flow import Flow, Phrases, Turn, hand_back, hear, open_block, parse
from bot.flow.content import Kind
from bot.flow.effects import AskStaff, Call, Failed, Remember, Say, Tag, Wake
from bot.flow.heard import Chose, Commanded, Heard, Shared, Started, Wrote
from bot.flow.person import Known, Person, Place

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)

FLOW = """
start = "hello"
fallback = "lost"
[variables]
age = "number"
day = "date"
points = { type = "number", default = 5 }
[blocks.hello]
say = "Hello {first_name|there}, {points}."
[[blocks.hello.connections]]
button = "Ask"
to = "ask"
[blocks.ask]
say = "How old are you?"
[[blocks.ask.connections]]
input = { type = "number", store = "age", tries = 3, give_up = "hello" }
actions = [{ do = "when", rule = "age >= 18", then = [{ do = "tag", name = "adult" }] }]
to = "staff"
[blocks.staff]
say = "{age}?"
actions = [{ do = "service_operator", else = "Nobody is here." }]
[blocks.lost]
say = "I am lost."
"""


def vera(now: datetime = NOW, /, **known: Known) -> Person:
    return Person({"first_name": "Vera"} | known, now, staff_reachable=True)


KEYBOARD = """
start = "ask"
fallback = "lost"
[blocks.ask]
say = "Your number?"
[[blocks.ask.connections]]
contact = "My number"
to = "menu"
[blocks.lost]
say = "I am lost."
[blocks.two]
say = ["One.", "Two."]
to = "menu"
[blocks.menu]
say = "What else?"
[[blocks.menu.connections]]
button = "Numbers"
to = "two"
[[keywords]]
is = ["menu"]
to = "menu"
[[keywords]]
is = ["two"]
to = "two"
"""


def clearing(turn: Turn) -> list[bool]:
    return [effect.content.clears for effect in turn.effects if isinstance(effect, Say)]


def test_who_went_on_loses_the_keyboard_with_the_first_plain_message() -> None:
    flow = parse(KEYBOARD, folder=None)
    asked = hear(flow, Place(), vera(), Started())
    assert clearing(asked) == [False]
    assert clearing(hear(flow, asked.place, vera(), Wrote("two"))) == [True, False, False]
    menu = hear(flow, asked.place, vera(), Wrote("menu"))
    assert clearing(menu) == [False]  # its buttons are in the way
    assert clearing(hear(flow, menu.place, vera(), Wrote("hm?"))) == [True]


def test_who_is_still_asked_for_something_to_share_keeps_the_keyboard() -> None:
    flow = parse(KEYBOARD, folder=None)
    asked = hear(flow, Place(), vera(), Started())
    assert clearing(hear(flow, asked.place, vera(), Commanded("gone"))) == [False]


def test_a_flow_without_keyboards_takes_none_away(flow: Flow) -> None:
    assert clearing(hear(flow, Place("lost"), vera(), Wrote("hm?"))) == [False]


def said(turn: Turn) -> list[str]:
    return [effect.content.text for effect in turn.effects if isinstance(effect, Say)]


@pytest.fixture(scope="module")
def flow() -> Flow:
    return parse(FLOW, folder=None)


def test_who_never_started_starts_with_whatever_they_write(flow: Flow) -> None:
    turn = hear(flow, Place(), vera(), Wrote("hi"))
    assert said(turn) == ["Hello Vera, 5."]
    assert turn.place.block == "hello"
    assert said(hear(flow, Place(None, last_input="bye"), vera(), Wrote("hi"))) == ["I am lost."]


def test_an_answer_is_remembered_and_counts_at_once(flow: Flow) -> None:
    turn = hear(flow, Place("ask", failures=2), vera(), Wrote("34"))
    assert turn.effects[0] == Remember("age", 34.0)
    assert turn.effects[1] == Tag("adult")
    assert said(turn) == ["34?"]
    assert turn.effects[-1] == AskStaff("34", "staff")
    assert turn.place == Place("staff", 0, "34")


def test_misses_are_counted_in_the_place(flow: Flow) -> None:
    first = hear(flow, Place("ask"), vera(), Wrote("old"))
    assert first.place == Place("ask", 1, "old")
    second = hear(flow, first.place, vera(), Shared(Kind.PHOTO, "photo:x"))
    assert second.place == Place("ask", 2, "photo:x")
    assert hear(flow, second.place, vera(), Wrote("older")).place.block == "hello"


def test_a_block_that_has_vanished_leads_to_the_start_with_a_sentence(flow: Flow) -> None:
    turn = hear(flow, Place("gone", returns=("gone",)), vera(), Wrote("34"))
    assert turn.effects[0] == Failed("the block where a person stood is not in this version of the flow", "gone")
    assert said(turn) == ["This conversation has changed, so it starts again.", "Hello Vera, 5."]
    assert turn.place == Place("hello", 0, "34")


@pytest.mark.parametrize("press", [Chose("gone", "00000000"), Chose("hello", "00000000"), Chose("", "")])
@pytest.mark.parametrize("block", [None, "gone", "hello"])
def test_a_button_that_is_gone_brings_a_sentence_and_the_present_block(
    flow: Flow, press: Heard, block: str | None
) -> None:
    turn = hear(flow, Place(block, last_input="x"), vera(), press)
    assert said(turn) == ["This button is no longer in use.", "Hello Vera, 5."]
    assert turn.place.block == "hello"


def test_a_place_to_return_to_that_has_vanished_does_no_harm() -> None:
    flow = parse(
        """start = "a"
fallback = "a"
[blocks.a]
say = "A"
connections = [{ any = true, actions = [{ do = "return" }] }]
""",
        folder=None,
    )
    turn = hear(flow, Place("a", returns=("gone",)), vera(), Wrote("x"))
    assert turn.effects[0] == Failed("the block where a person stood is not in this version of the flow", "gone")
    assert turn.place == Place("a", 0, "x")
    assert said(turn) == ["This conversation has changed, so it starts again.", "A"]


def test_opening_a_block_that_is_gone_changes_nothing_but_the_log(flow: Flow) -> None:
    place = Place("ask", 1, "x")
    turn = open_block(flow, place, vera(), "gone")
    assert turn.place == place
    assert turn.effects == (Failed("the block that was to be opened is not in this version of the flow", "gone"),)


def test_a_push_moves_the_person_and_keeps_their_last_words(flow: Flow) -> None:
    turn = open_block(flow, Place("hello", 0, "words"), vera(), "ask")
    assert turn.place == Place("ask", 0, "words")
    assert said(turn) == ["How old are you?"]


def test_handing_back_says_nothing_where_the_flow_says_nothing(flow: Flow) -> None:
    place = Place("staff", 0, "x")
    assert hand_back(flow, place, vera()) == Turn(place, ())
    with_text = parse('reactivated = "Back, {first_name}"\n' + FLOW, folder=None)
    assert said(hand_back(with_text, place, vera())) == ["Back, Vera"]
    with_block = parse('reactivated = "hello"\n' + FLOW, folder=None)
    assert hand_back(with_block, place, vera()).place.block == "hello"


def test_a_value_of_an_older_flow_counts_as_not_set(flow: Flow) -> None:
    turn = hear(flow, Place(), vera(points="many", age=True, day=3.0), Started())
    assert said(turn) == ["Hello Vera, 5."]


@pytest.mark.parametrize("day", [date(2026, 12, 1), "2026-12-01"])
def test_dates_may_come_as_dates_or_as_they_were_remembered(day: Known) -> None:
    flow = parse('start = "a"\nfallback = "a"\nvariables = { day = "date" }\n[blocks.a]\nsay = "{day}"\n', folder=None)
    assert said(hear(flow, Place(), vera(day=day), Started())) == ["Dec 1, 2026"]


def test_what_a_person_writes_is_cleaned_before_anything_sees_it(flow: Flow) -> None:
    turn = hear(flow, Place("hello"), vera(), Wrote("\x00a\ud800\u202eb" + "x" * 5000))
    assert turn.place.last_input.startswith("abx")
    assert len(turn.place.last_input) == 4096


def test_a_name_with_markup_stays_a_name(flow: Flow) -> None:
    turn = hear(flow, Place(), vera(first_name='<b>"Eve"</b> & {age}'), Started())
    assert said(turn) == ["Hello &lt;b&gt;&quot;Eve&quot;&lt;/b&gt; &amp; {age}, 5."]


def test_the_day_is_the_day_in_the_zone_of_the_flow() -> None:
    text = 'start = "a"\nfallback = "a"\nvariables = { day = "date" }\n[blocks.a]\nsay = "When?"\n'
    text += 'connections = [{ input = { type = "date", store = "day" }, to = "a" }]\n'
    for zone, day in [('time_zone = "Europe/Vienna"\n', "2026-11-23"), ("", "2026-11-22")]:
        turn = hear(parse(zone + text, folder=None), Place("a"), vera(), Wrote("today"))
        assert turn.effects[0] == Remember("day", day)
    elsewhere = vera(NOW.astimezone(ZoneInfo("Asia/Tokyo")))
    assert hear(parse(text, folder=None), Place("a"), elsewhere, Wrote("today")).effects[0] == Remember(
        "day", "2026-11-23"
    )


def test_a_wait_for_a_date_at_the_end_of_time_is_no_wait() -> None:
    text = """start = "a"
fallback = "a"
variables = { day = "date" }
[blocks.a]
say = "A"
actions = [{ do = "wait", until = "day", days = 300, to = "a" }]
end = true
"""
    flow = parse(text, folder=None)
    ends = [hear(flow, Place(), vera(day=day), Started()) for day in (date(9999, 12, 31), date(2027, 1, 1))]
    assert [isinstance(effect, Wake) for turn in ends for effect in turn.effects] == [False, False, True]


def test_a_loop_leaves_the_person_where_they_were_and_does_nothing_else() -> None:
    text = """start = "a"
fallback = "a"
variables = { n = "number" }
[blocks.a]
say = ["A", "B", "C"]
actions = [{ do = "service_operator", then = "a", else = "b" }]
[blocks.b]
say = "B"
"""
    flow = parse(text, folder=None)
    turn = hear(flow, Place("b", 0, "x"), vera(), Started())
    assert turn.effects[0] == Failed("the blocks go round without waiting for the person", "a")
    assert said(turn) == [Phrases().stuck]
    assert len(turn.effects) == 2
    assert turn.place == Place("b", 0, "x")


def test_the_caller_chooses_the_words_of_the_engine(flow: Flow) -> None:
    german = Phrases(old_button="Dieser Knopf wird nicht mehr verwendet.")
    assert said(hear(flow, Place("hello"), vera(), Chose("x", "y"), phrases=german))[0] == german.old_button


SUB_FLOW = """start = "menu"
fallback = "lost"
[blocks.menu]
say = "Menu"
connections = [{ button = "Go", actions = [{ do = "call", to = "sub", then = "menu" }] }]
[blocks.sub]
say = "Sub"
connections = [{ button = "Back", to = "done" }]
[blocks.done]
actions = [{ do = "return" }]
[blocks.lost]
say = "I am lost."
[[keywords]]
is = ["menu"]
to = "menu"
"""


def test_a_sub_flow_can_be_left_without_returning_as_often_as_one_likes() -> None:
    flow, place = parse(SUB_FLOW, folder=None), Place("menu")
    go = flow.blocks["menu"].connections[0].buttons[0].id
    for _ in range(60):
        turn = hear(flow, place, vera(), Chose("menu", go))
        assert said(turn) == ["Sub"]
        place = turn.place
    assert len(place.returns) == 20


def test_a_keyword_leads_out_of_a_sub_flow_and_the_fallback_does_not() -> None:
    flow, inside = parse(SUB_FLOW, folder=None), Place("sub", returns=("menu",))
    assert hear(flow, inside, vera(), Wrote("menu")).place == Place("menu", 0, "menu")
    assert hear(flow, inside, vera(), Wrote("hm")).place == Place("sub", 0, "hm", ("menu",))


def test_hours_pass_alike_and_days_keep_their_time_when_the_clocks_change() -> None:
    text = """start = "a"
fallback = "a"
time_zone = "Europe/Vienna"
[blocks.a]
say = "A"
actions = [{ do = "wait", hours = 3, to = "b" }, { do = "wait", days = 1, to = "a" }]
end = true
[blocks.b]
say = "B"
"""
    before = datetime(2027, 3, 27, 23, 30, tzinfo=UTC)  # half past midnight, the clocks go forward at two
    turn = hear(parse(text, folder=None), Place(), Person({}, before), Started())
    assert [effect.at for effect in turn.effects if isinstance(effect, Wake)] == [
        datetime(2027, 3, 28, 2, 30, tzinfo=UTC),
        datetime(2027, 3, 28, 22, 30, tzinfo=UTC),
    ]


@pytest.mark.parametrize("word", ["🙂" * 3000, "%" * 900, "." * 50, "a/../b?c#d"])
def test_an_answer_in_an_address_stays_one_whole_part_of_it(word: str) -> None:
    text = """start = "a"
fallback = "a"
variables = { word = "text" }
[blocks.a]
say = "A"
actions = [{ do = "http", url = "https://a.example/{word|none}/x?q={word}", else = "a" }]
entry = true
"""
    turn = hear(parse(text, folder=None), Place(), vera(word=word), Started())
    (call,) = (effect for effect in turn.effects if isinstance(effect, Call))
    path, _, query = call.url.removeprefix("https://a.example/").partition("/x?q=")
    kept = unquote(path, errors="strict")
    assert call.url.isascii() and len(call.url) <= 2000
    assert word.startswith(kept) and word.startswith(unquote(query, errors="strict"))
    assert (kept == "") == (word.strip(".") == "")
