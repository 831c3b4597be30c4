"""Slips that certainly break a flow: each must be found, in the block where it was made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.flow.strategies import Tree

#: Keys that mean the same wherever they stand, so that one letter more makes them unknown.
_KEYS = frozenset({"say", "do", "button", "input", "type", "rule", "branches", "caption", "store", "options", "weight"})
_TARGETS = frozenset({"to", "give_up"})


@dataclass(frozen=True)
class Slip:
    """One thing that can be spoilt: how, and in which block it stands (None: outside of all)."""

    spoil: Callable[[], object]
    block: str | None
    what: str


def slips(flow: Tree) -> list[Slip]:
    """All that can be spoilt in a flow; each spoils the tree it was found in."""
    return [*_walk(flow, None, ()), Slip(lambda: flow.pop("start"), None, "no start")]


def _walk(holder: object, block: str | None, path: tuple[object, ...]) -> Iterator[Slip]:
    items = holder.items() if isinstance(holder, dict) else enumerate(holder) if isinstance(holder, list) else ()
    for key, value in list(items):
        here = (*path, key)
        inside = str(here[1]) if len(here) > 1 and here[0] == "blocks" else None
        yield from _at(holder, key, value, inside)
        if key not in {"json", "store", "variables"}:
            yield from _walk(value, inside, here)


def _at(holder: object, key: object, value: object, block: str | None) -> Iterator[Slip]:
    if not isinstance(holder, dict):
        return
    table: dict[object, object] = holder

    def put(new: object) -> Callable[[], object]:
        return lambda: table.__setitem__(key, new)

    if key in _KEYS:
        yield Slip(lambda: table.__setitem__(f"{key}x", table.pop(key)), block, f"{key} misspelt")
    if key in _TARGETS:
        yield Slip(put("nowhere"), block, f"{key} leads nowhere")
        yield Slip(put(7), block, f"{key} is a number")
    if key in {"rule", "when"} and isinstance(value, str):
        yield Slip(put("nope = 1"), block, "a rule about nothing")
        yield Slip(put("count >"), block, "half a rule")
    if key in {"say", "text", "caption"}:
        yield Slip(put("{nope}"), block, "a place for nothing")
        yield Slip(put("a { brace"), block, "a lone brace")
    if key in {"say", "text", "caption"} and table.get("do") != "notify":
        yield Slip(put("<b>open"), block, "HTML that is not closed")
    if key in {"variable", "until"}:
        yield Slip(put("nope"), block, "a variable that is not declared")
    if key in {"connections", "actions", "branches"}:
        yield Slip(put([3]), block, f"{key} of numbers")


@st.composite
def spoilt(draw: st.DrawFn, whole: Tree) -> tuple[Tree, Slip]:
    """A flow that was whole, with one slip in it."""
    tree = deepcopy(whole)
    slip = draw(st.sampled_from(slips(tree)))
    slip.spoil()
    return tree, slip
