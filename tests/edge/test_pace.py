"""How fast people write: each has a pace of their own, and is told once."""

from __future__ import annotations

from bot.pace import Paces
from bot.services.conversations import Pace
from tests.edge.timeline import Timeline

VERA, VICTOR = 101, 102


def test_half_a_minutes_worth_may_come_at_once_then_they_are_told_once() -> None:
    paces = Paces(Timeline(), per_minute=60)
    assert {paces.of(VERA) for _ in range(30)} == {Pace.FINE}
    assert [paces.of(VERA) for _ in range(3)] == [Pace.FIRST_TOO_FAST, Pace.TOO_FAST, Pace.TOO_FAST]
    assert paces.of(VICTOR) is Pace.FINE


def test_whoever_slows_down_is_heard_again_and_told_again_the_next_time() -> None:
    time = Timeline()
    paces = Paces(time, per_minute=2)
    assert [paces.of(VERA) for _ in range(2)] == [Pace.FINE, Pace.FIRST_TOO_FAST]
    time.forward(seconds=30)
    assert [paces.of(VERA) for _ in range(3)] == [Pace.FINE, Pace.FIRST_TOO_FAST, Pace.TOO_FAST]


def test_without_a_limit_nobody_is_too_fast() -> None:
    paces = Paces(Timeline(), per_minute=0)
    assert {paces.of(VERA) for _ in range(500)} == {Pace.FINE}
