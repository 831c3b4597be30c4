"""Random flows, whole and broken, and random people, one step after the other.

Never a crash, never a hang, never a message that Telegram would refuse; and a broken flow is refused in the block where
it is broken, changes nothing and is never heard of.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
)
from hypothesis.stateful import run_state_machine_as_test as check_stories

from bot.flow import Answer, Flow, FlowError, Turn, answered, hand_back, hear, open_block, parse
from bot.flow.effects import Failed
from bot.flow.engine import tell
from bot.flow.heard import Chose, Heard, Wrote
from bot.flow.json_schema import schema
from bot.flow.memory import Memory, first_due
from bot.flow.person import Person
from tests.flow import strategies
from tests.flow.faults import spoilt
from tests.flow.golden import NOW
from tests.flow.holds import buttons, check_turn
from tests.flow.json_check import faults

STORIES, STEPS = (6_000, 50) if os.environ.get("HYPOTHESIS_PROFILE") == "fuzz" else (40, 30)
SCHEMA = schema()
#: What speaks before the first random flow does: every variable, and something to press and to answer.
FIRST: strategies.Tree = {
    "languages": ["en", "de"],
    "start": "a",
    "fallback": "d",
    "variables": strategies.VARIABLES,
    "blocks": {
        "a": {
            "say": "Hello {word|you}",
            "connections": [
                {"button": "Go", "to": "b", "actions": [{"do": "wait", "hours": 1, "to": "c"}]},
                {"input": {"type": "number", "store": "count", "tries": 2, "give_up": "c"}, "to": "b"},
            ],
        },
        "b": {"say": "{count}", "actions": [{"do": "call", "to": "c", "then": "a"}]},
        "c": {"say": ["C", "Well?"], "connections": [{"any": True, "to": "a"}], "entry": True},
        "d": {"say": "What?"},
    },
}


class AnyFlow(RuleBasedStateMachine):
    """One person, and a flow that is replaced again and again while they are in the middle of it."""

    def __init__(self) -> None:
        super().__init__()
        self.tree = FIRST
        self.flow = parse(strategies.document(FIRST), folder=None)
        self.memory = Memory()
        self.now = NOW
        self.language: str | None = None
        self.pressable: list[tuple[str, str]] = []
        self.chance = 0.5

    @initialize(data=st.data(), language=st.sampled_from([None, "de", "pt-br"]))
    def somebody(self, data: st.DataObject, language: str | None) -> None:
        self.language = language
        for tree in data.draw(st.lists(strategies.flows, max_size=2)):
            self._offer(tree)

    # What the operator does.

    @rule(data=st.data())
    def a_new_flow(self, data: st.DataObject) -> None:
        self._offer(data.draw(strategies.flows))

    @rule(data=st.data())
    def a_flow_with_junk_in_it(self, data: st.DataObject) -> None:
        self._offer(data.draw(strategies.broken_flows()))

    @rule(data=st.data())
    def a_flow_with_a_slip_that_breaks_it(self, data: st.DataObject) -> None:
        tree, slip = data.draw(spoilt(self.tree))
        refused = strategies.loaded(tree)
        assert isinstance(refused, FlowError), slip
        assert slip.block is None or slip.block in {problem.block for problem in refused.problems}, slip

    def _offer(self, tree: strategies.Tree) -> None:
        """A flow that is whole fits the schema and speaks; a broken one is refused with places and changes nothing."""
        result = strategies.loaded(tree)
        if isinstance(result, Flow):
            self.tree, self.flow = tree, result
            assert list(faults(tree, SCHEMA, SCHEMA)) == []
            return
        lines = strategies.document(tree).count("\n") + 1
        assert result.problems
        assert all(1 <= problem.line <= lines and problem.message for problem in result.problems)

    # What the person does.

    @rule(data=st.data())
    def the_person_does_something(self, data: st.DataObject) -> None:
        self._does(data.draw(strategies.heard([])))

    @rule(words=strategies.words)
    def the_person_writes(self, words: str) -> None:
        self._does(Wrote(words))

    @rule(words=st.sampled_from(strategies.FITTING))
    def the_person_answers(self, words: str) -> None:
        self._does(Wrote(words))

    @precondition(lambda self: self.pressable)
    @rule(data=st.data())
    def the_person_presses(self, data: st.DataObject) -> None:
        self._does(Chose(*data.draw(st.sampled_from(self.pressable))))

    @precondition(lambda self: self.pressable)
    @rule(at=st.integers(1, 4))
    def the_person_presses_a_new_button(self, at: int) -> None:
        self._does(Chose(*self.pressable[-min(at, len(self.pressable))]))

    @rule(chance=st.floats(0, 1, exclude_max=True))
    def the_dice_fall(self, chance: float) -> None:
        """How `random` goes from now on, and whether staff are there."""
        self.chance = chance

    def _does(self, heard: Heard) -> None:
        place, person = self.memory.place, self._person()
        turn = hear(self.flow, place, person, heard, chance=self._chance)
        assert turn == hear(self.flow, place, person, heard, chance=self._chance)
        assert turn == hear(self.flow, self.memory.place, self._person(), heard, chance=self._chance)
        self._after(turn)

    # What else happens.

    @precondition(lambda self: self.memory.waits)
    @rule()
    def a_wait_ends(self) -> None:
        wake = first_due(self.memory.waits)
        self.now = max(self.now, wake.at)
        self.memory = replace(self.memory, waits=tuple(one for one in self.memory.waits if one != wake))
        self._open(wake.block, aside=wake.keep)

    @precondition(lambda self: self.memory.calls)
    @rule(answer=strategies.answers, silent=st.booleans())
    def another_server_answers(self, answer: Answer, silent: bool) -> None:
        call, *left = self.memory.calls
        self.memory = replace(self.memory, calls=tuple(left))
        place, person = self.memory.place, self._person()
        turn = answered(self.flow, place, person, call, answer, chance=self._chance, silent=silent)
        self._after(turn)

    @rule(block=st.sampled_from([*strategies.NAMES, "gone"]), aside=st.booleans())
    def a_push_opens_a_block(self, block: str, aside: bool) -> None:
        self._open(block, aside=aside)

    @rule()
    def staff_hand_the_person_back(self) -> None:
        self.memory = replace(self.memory, is_off=False)
        self._after(hand_back(self.flow, self.memory.place, self._person(), chance=self._chance))

    @rule(name=st.sampled_from([*strategies.VARIABLES, "gone"]))
    def staff_change_a_variable(self, name: str) -> None:
        turn = tell(self.flow, self.memory.place, self._person(), name)
        assert turn.place == self.memory.place
        self._after(turn)

    @rule(days=st.integers(1, 400))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    def _open(self, block: str, *, aside: bool) -> None:
        place = self.memory.place
        turn = open_block(self.flow, place, self._person(), block, aside=aside, chance=self._chance)
        if block not in self.flow.blocks:
            assert (turn.place, [type(effect) for effect in turn.effects]) == (place, [Failed])
        self._after(turn)

    def _person(self) -> Person:
        reachable = self.chance < 0.7
        return self.memory.seen_on(Person({}, self.now, self.language, staff_reachable=reachable))

    def _chance(self) -> float:
        return self.chance

    def _after(self, turn: Turn) -> None:
        check_turn(self.flow, turn, self.now)
        self.memory = self.memory.after(turn)
        self.pressable = (self.pressable + list(buttons(turn)))[-20:]


@pytest.mark.fuzz
def test_any_person_can_do_anything_in_any_flow() -> None:
    lenient = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    limits = settings(max_examples=STORIES, stateful_step_count=STEPS, deadline=None, suppress_health_check=lenient)
    check_stories(AnyFlow, settings=limits)
