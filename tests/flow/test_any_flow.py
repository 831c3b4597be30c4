"""Random flows and random people: never a crash, never a hang, never a message that Telegram would refuse."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.flow import Flow, FlowError, Turn, answered, hand_back, hear, open_block, parse
from bot.flow.content import Content, Kind
from bot.flow.effects import Call, Failed, Forget, Remember, Say, Wake
from bot.flow.heard import Started
from bot.flow.markup import CAPTION_LIMIT, TEXT_LIMIT, broken, plain
from bot.flow.person import Known, Person, Place
from bot.flow.walk import MAX_MESSAGES, from_value
from tests.flow import strategies
from tests.flow.golden import NOW, ROOT

EXAMPLE = (ROOT / "flow.example.toml").read_text()
LENIENT = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def loaded(tree: strategies.Tree) -> Flow | FlowError:
    try:
        return parse(strategies.document(tree), folder=None)
    except FlowError as error:
        return error


@pytest.mark.fuzz
@settings(suppress_health_check=LENIENT, deadline=None)
@given(strategies.broken_flows())
def test_a_broken_flow_is_refused_with_places_or_is_not_broken_after_all(tree: strategies.Tree) -> None:
    result = loaded(tree)
    lines = strategies.document(tree).count("\n") + 1
    if isinstance(result, FlowError):
        assert result.problems
        assert all(1 <= problem.line <= lines and problem.message for problem in result.problems)
    else:
        assert check_turn(result, hear(result, Place(), Person({}, NOW), Started()))


@pytest.mark.fuzz
@settings(suppress_health_check=LENIENT, deadline=None)
@given(st.data())
def test_any_person_can_do_anything_in_any_flow(data: st.DataObject) -> None:
    flow = loaded(data.draw(strategies.flows))
    assume(isinstance(flow, Flow))
    assert isinstance(flow, Flow)
    place, known = Place(), dict[str, Known]()
    pressable: list[tuple[str, str]] = []
    calls: list[Call] = []
    for _ in range(data.draw(st.integers(1, 12))):
        person = Person(known, NOW, data.draw(st.sampled_from([None, "de"])), staff_reachable=data.draw(st.booleans()))
        turn = take_turn(data, flow, place, person, pressable, calls)
        assert check_turn(flow, turn)
        place = turn.place
        remember(flow, turn, known)
        calls += [effect for effect in turn.effects if isinstance(effect, Call)]
        pressable = (pressable + buttons(turn))[-20:]


def take_turn(
    data: st.DataObject,
    flow: Flow,
    place: Place,
    person: Person,
    pressable: list[tuple[str, str]],
    calls: list[Call],
) -> Turn:
    chance = data.draw(st.floats(0, 1, exclude_max=True))
    answers: bool = data.draw(st.booleans())
    if calls and answers:
        answer = data.draw(strategies.answers)
        return answered(flow, place, person, calls.pop(), answer, chance=lambda: chance, silent=chance > 0.9)
    if data.draw(st.integers(0, 20)) == 0:
        return hand_back(flow, place, person, chance=lambda: chance)
    if data.draw(st.integers(0, 9)) == 0:
        block = data.draw(st.sampled_from([*strategies.NAMES, "gone"]))
        return open_block(flow, place, person, block, chance=lambda: chance)
    return hear(flow, place, person, data.draw(strategies.heard(pressable)), chance=lambda: chance)


def remember(flow: Flow, turn: Turn, known: dict[str, Known]) -> None:
    for effect in turn.effects:
        if isinstance(effect, Remember):
            value = from_value(effect.value, flow.variables[effect.name].type)
            assert value is not None
            known[effect.name] = value
        elif isinstance(effect, Forget):
            known.pop(effect.name, None)


def buttons(turn: Turn) -> list[tuple[str, str]]:
    said = [effect.content for effect in turn.effects if isinstance(effect, Say)]
    options = [option for content in said for row in content.rows for option in row]
    return [(option.block, option.choice) for option in options if option.block and option.choice]


def check_turn(flow: Flow, turn: Turn) -> bool:
    """What must hold of every turn, whatever the flow and the person."""
    said = [effect.content for effect in turn.effects if isinstance(effect, Say)]
    assert len(said) <= MAX_MESSAGES
    for content in said:
        check_content(content)
    for effect in turn.effects:
        if isinstance(effect, Wake):
            assert effect.block in flow.blocks
            assert effect.at >= NOW
            assert effect.at.utcoffset() == timedelta(0)
        elif isinstance(effect, Call):
            check_call(flow, effect)
    assert turn.place.block is None or turn.place.block in flow.blocks
    return True


def check_call(flow: Flow, call: Call) -> None:
    """Whatever people wrote, the call goes where the file says, and can be written down."""
    assert call.id in flow.calls and call.block in flow.blocks
    parts = urlsplit(call.url)
    assert (parts.scheme, parts.netloc, parts.fragment) == ("https", "a.example", "")
    assert not {".", ".."} & set(parts.path.split("/")) and call.url.isascii()
    assert json.loads(json.dumps(asdict(call)))["url"] == call.url


def check_content(content: Content) -> None:
    """Telegram would take this message."""
    assert broken(content.text) is None
    assert len(plain(content.text)) <= (TEXT_LIMIT if content.kind is Kind.TEXT else CAPTION_LIMIT)
    assert content.text.encode("utf-8").decode() == content.text
    if content.kind is Kind.TEXT:
        assert plain(content.text).strip()
    for row in content.rows:
        assert 1 <= len(row) <= 8
        for option in row:
            assert 1 <= len(option.label) <= 64
            assert sum(one is not None for one in (option.choice, option.url, option.share)) == 1
            assert len(f"{option.block}{option.choice}") <= 40


@pytest.mark.fuzz
@settings(suppress_health_check=LENIENT, deadline=None)
@given(strategies.flows, st.data())
def test_the_same_input_gives_the_same_turn(tree: strategies.Tree, data: st.DataObject) -> None:
    flow = loaded(tree)
    assume(isinstance(flow, Flow))
    assert isinstance(flow, Flow)
    person, heard = Person({"word": "x"}, NOW), data.draw(strategies.heard([]))
    place = Place(data.draw(st.sampled_from([None, *strategies.NAMES, "gone"])), returns=("a", "gone"))
    turns = [hear(flow, place, person, heard, chance=lambda: 0.4) for _ in range(2)]
    assert turns[0] == turns[1]
    assert all(effect.reason for effect in turns[0].effects if isinstance(effect, Failed))


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
