"""The engine alone: loading and checking a large flow, and steps through it, against a small flow in the same run."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median
from time import process_time

from bot.flow import Flow, hear, parse
from bot.flow.heard import Chose, Heard, Wrote
from bot.flow.person import Person, Place

SMALL, LARGE = 50, 5_000
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HEAD = """start = "b0"
fallback = "b0"
[variables]
age = { type = "number", min = 0, max = 120 }
city = "text"
"""
BLOCK = """
[blocks.b{this}]
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


def document(blocks: int) -> str:
    """A flow of so many blocks, each with a button, an input, a rule and a text with places."""
    written = [
        BLOCK.format(this=at, after=(at + 1) % blocks, far=(at + 7) % blocks, limit=at % 90) for at in range(blocks)
    ]
    return HEAD + "".join(written)


def measure(repeats: int = 5, steps: int = 5_000) -> str:
    """Both flows by turns; returns the table."""
    texts = {blocks: document(blocks) for blocks in (SMALL, LARGE)}
    flows = {blocks: parse(text, folder=None) for blocks, text in texts.items()}
    loads: dict[int, list[float]] = {SMALL: [], LARGE: []}
    plain: dict[int, list[float]] = {SMALL: [], LARGE: []}
    taken: dict[int, list[float]] = {SMALL: [], LARGE: []}
    for _ in range(repeats):
        for blocks, text in texts.items():
            plain[blocks].append(seconds(lambda text=text: tomllib.loads(text)))  # type: ignore[misc]
            loads[blocks].append(seconds(lambda text=text: parse(text, folder=None)))  # type: ignore[misc]
            taken[blocks].append(seconds(lambda blocks=blocks: walk(flows[blocks], steps)) / steps)  # type: ignore[misc]
    return table(repeats, {name: median(runs) for name, runs in loads.items()}, middle(plain), middle(taken))


def middle(runs: dict[int, list[float]]) -> dict[int, float]:
    """The median of each flow's runs."""
    return {blocks: median(one) for blocks, one in runs.items()}


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


def table(repeats: int, loads: dict[int, float], plain: dict[int, float], taken: dict[int, float]) -> str:
    """The figures of both flows, and how the large one compares."""
    lines = [
        f"The engine alone (medians of {repeats} interleaved repetitions)",
        f"  {'':34}{'load, check CPU s':>18}{'TOML alone CPU s':>18}{'ratio':>8}{'steps/s':>12}",
        *(
            f"  {f'{blocks:,} blocks':34}{loads[blocks]:>18.3f}{plain[blocks]:>18.3f}"
            f"{loads[blocks] / plain[blocks]:>7.1f}x{1 / taken[blocks]:>12,.0f}"
            for blocks in (SMALL, LARGE)
        ),
        f"  {'large to small':34}{loads[LARGE] / loads[SMALL]:>17.1f}x{plain[LARGE] / plain[SMALL]:>17.1f}x"
        f"{'':8}{taken[SMALL] / taken[LARGE]:>11.2f}x",
    ]
    return "\n".join(lines)
