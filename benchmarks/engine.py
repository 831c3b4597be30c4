"""The engine alone: loading and checking a large flow, and steps through it, against a small flow in the same run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from time import perf_counter, process_time

import tomli

from bot.flow import Flow, hear, parse
from bot.flow.heard import Chose, Heard, Wrote
from bot.flow.person import Person, Place

SMALL, LARGE = 50, 5_000
#: The large flow with a person who stays within fifty of its blocks: a difference then comes of its size alone.
WITHIN = "5,000 blocks, 50 of them met"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HEAD = """start = "b0"
fallback = "b0"
[variables]
age = { type = "number", min = 0, max = 120 }
city = "text"
"""
BLOCK = """
[blocks.b{this}]
entry = true
say = "Hello {{first_name|there}}, this is step {this} in <b>{{city|town}}</b>."
[[blocks.b{this}.connections]]
button = "On to {after}"
when   = "age > {limit} or city = Vienna"
to     = "b{after}"
[[blocks.b{this}.connections]]
input   = {{ type = "number", store = "age" }}
actions = [{{ do = "tag", name = "seen" }}]
to      = "b{far}"
"""


def document(blocks: int, apart: int | None = None) -> str:
    """A flow of so many blocks, each with a button, an input, a rule and a text with places.

    Blocks lead to each other in rings of `apart` blocks; without it all are one ring.
    """
    return HEAD + "".join(_block(at, apart or blocks) for at in range(blocks))


def _block(at: int, ring: int) -> str:
    first = at - at % ring
    after, far = (first + (at - first + step) % ring for step in (1, 7))
    # The limits are the same in every fifty blocks, so that the rules of both flows ask for the same work.
    return BLOCK.format(this=at, after=after, far=far, limit=at % SMALL)


@dataclass(frozen=True, slots=True)
class Runs:
    """What was measured, by turns: the CPU time and the wall time of loading, the parser's, and a step's."""

    loads: list[float] = field(default_factory=list)
    walls: list[float] = field(default_factory=list)
    plain: list[float] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)


def measure(loads: int = 7, repeats: int = 41, steps: int = 1_000) -> str:
    """All flows by turns; returns the table."""
    texts = {"50 blocks": document(SMALL), "5,000 blocks": document(LARGE), WITHIN: document(LARGE, SMALL)}
    flows = {name: parse(text, folder=None) for name, text in texts.items()}
    runs = {name: Runs() for name in texts}
    for _ in range(loads):
        for name, text in texts.items():
            runs[name].plain.append(seconds(lambda text=text: tomli.loads(text)))  # type: ignore[misc]
            begin = perf_counter()
            runs[name].loads.append(seconds(lambda text=text: parse(text, folder=None)))  # type: ignore[misc]
            runs[name].walls.append(perf_counter() - begin)
    for flow in flows.values():
        walk(flow, steps)
    for _ in range(repeats):
        for name, flow in flows.items():
            runs[name].steps.append(seconds(lambda flow=flow: walk(flow, steps)) / steps)  # type: ignore[misc]
    return table(runs)


def walk(flow: Flow, steps: int) -> None:
    """One person presses and writes by turns, wherever that leads."""
    person = Person({"first_name": "Vera", "age": 95.0, "city": "Vienna"}, NOW, "en")
    place = Place("b0", last_input="/start")
    for step in range(steps):
        choice = next(one.id for one in flow.blocks[place.block or "b0"].connections[0].buttons)
        heard: Heard = Wrote("42") if step % 3 == 0 else Chose(place.block or "b0", choice)
        turn = hear(flow, place, person, heard)
        assert turn.effects
        place = turn.place


def seconds(work: Callable[[], object]) -> float:
    """CPU time: what else runs on the machine does not count."""
    begin = process_time()
    work()
    return process_time() - begin


def table(runs: Mapping[str, Runs]) -> str:
    """The figures of all flows, and how their steps compare with those of the small one, pair by pair."""
    small = runs["50 blocks"]
    lines = [
        f"The engine alone (medians of {len(small.loads)} loads and {len(small.steps)} walks, interleaved)",
        f"  {'':30}{'load, check: CPU':>18}{'wall':>9}{'TOML alone':>12}{'steps/s':>10}{'to 50 blocks':>14}",
    ]
    for name, one in runs.items():
        ratio = median(first / other for first, other in zip(small.steps, one.steps, strict=True))
        lines.append(
            f"  {name:30}{median(one.loads):>16.3f} s{median(one.walls):>7.3f} s{median(one.plain):>10.3f} s"
            f"{1 / median(one.steps):>10,.0f}{ratio:>13.2f}x"
        )
    return "\n".join(lines)
