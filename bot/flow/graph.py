"""The ways through a flow as a graph: for pictures, and as text for Mermaid (`frontdesk graph flow.toml`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.flow.actions import Action, CallBlock, Chance, Http, Pause, ServiceOperator, Show, When
from bot.flow.connections import Connection
from bot.flow.markup import shorten
from bot.flow.messages import Message
from bot.flow.schema import Block, Flow
from bot.rules import unparse

#: Characters of a label; more says nothing in a graph.
_LABEL = 40


class Kind(StrEnum):
    """Why a way is taken."""

    #: The person presses, answers or writes.
    CHOICE = "choice"
    #: By itself, always or by a rule.
    ONWARD = "onward"
    #: After some time.
    LATER = "later"
    #: The rule does not hold, nobody of the staff is there, a server does not answer, or the person gave up.
    OTHERWISE = "otherwise"


@dataclass(frozen=True, slots=True)
class Way:
    """One way from a block to a block; `label` is in the author's words, and empty where there is nothing to say."""

    source: str
    target: str
    label: str = ""
    kind: Kind = Kind.ONWARD


def ways(flow: Flow) -> tuple[Way, ...]:
    """Every way between two blocks, each once, in the order of the file."""
    return tuple(dict.fromkeys(way for block in flow.blocks.values() for way in _from_block(block)))


def doors(flow: Flow) -> dict[str, tuple[str, ...]]:
    """The blocks that are opened from everywhere, and by what: keywords, commands, links, `entry` …"""
    found: dict[str, list[str]] = {}
    for keyword in flow.keywords:
        words = (*keyword.equal, *keyword.starts_with, *keyword.contains)
        found.setdefault(keyword.to, []).append(f"“{shorten(words[0], _LABEL)}”" if words else "…")
    for command in flow.commands.values():
        found.setdefault(command.to, []).append(f"/{command.name}")
    for parameter, target in flow.links.items():
        found.setdefault(target, []).append(f"?start={parameter}")
    for block in flow.blocks.values():
        if block.entry:
            found.setdefault(block.name, []).append("entry")
    found.setdefault(flow.fallback, []).append("fallback")
    if flow.reactivated is not None:
        found.setdefault(flow.reactivated, []).append("reactivated")
    return {name: tuple(words) for name, words in found.items()}


def asks_staff(block: Block) -> bool:
    """Whether the Service Operator action runs in this block or on its connections."""
    chains = [block.steps, *(connection.actions for connection in block.connections)]
    return any(isinstance(step, ServiceOperator) for chain in chains for step in _flat(chain))


def _flat(steps: Iterable[Message | Action]) -> Iterator[Message | Action]:
    for step in steps:
        yield step
        match step:
            case When() | ServiceOperator() | Http():
                yield from _flat((*step.then, *step.otherwise))
            case Chance():
                yield from _flat(one for branch in step.branches for one in branch.then)


def _from_block(block: Block) -> Iterator[Way]:
    yield from _from_chain(block.name, block.steps, "", Kind.ONWARD)
    for connection in block.connections:
        kind = Kind.CHOICE if connection.waits else Kind.ONWARD
        label = _label(connection)
        yield from _from_chain(block.name, connection.actions, label, kind)
        if connection.to:
            yield Way(block.name, connection.to, label, kind)
        if connection.input and connection.input.give_up:
            yield Way(block.name, connection.input.give_up, "", Kind.OTHERWISE)
    if block.to:
        yield Way(block.name, block.to)


def _label(connection: Connection) -> str:
    """What has to happen: the words of the button, what is asked for, the rule."""
    asked = connection.input
    if asked is not None:
        label = " / ".join(option.source() for option in asked.options) or f"({asked.type})"
    elif connection.buttons and connection.buttons[0].label is not None:
        label = connection.buttons[0].label.source()
    elif connection.any:
        label = "(*)"
    else:
        label = unparse(connection.when) if connection.when is not None else ""
    return shorten(label, _LABEL)


def _from_chain(block: str, steps: Iterable[Message | Action], label: str, kind: Kind) -> Iterator[Way]:
    for step in steps:
        yield from _from_step(block, step, label, kind)


def _from_step(block: str, step: Message | Action, label: str, kind: Kind) -> Iterator[Way]:
    match step:
        case Show(to):
            yield Way(block, to, label, kind)
        case CallBlock(to, then):
            yield Way(block, to, label, kind)
            if then:
                yield Way(to, then, "", Kind.LATER)
        case Pause(to=str(to)):
            yield Way(block, to, "", Kind.LATER)
        case When(rule):
            yield from _from_chain(block, step.then, shorten(unparse(rule), _LABEL), Kind.ONWARD)
            yield from _from_chain(block, step.otherwise, "", Kind.OTHERWISE)
        case ServiceOperator() | Http():
            yield from _from_chain(block, step.then, label, kind)
            yield from _from_chain(block, step.otherwise, "", Kind.OTHERWISE)
        case Chance():
            total = sum(branch.weight for branch in step.branches) or 1
            for branch in step.branches:
                yield from _from_chain(block, branch.then, f"{100 * branch.weight / total:.0f} %", Kind.ONWARD)


_ARROWS = {Kind.CHOICE: "-->", Kind.ONWARD: "==>", Kind.LATER: "-.->", Kind.OTHERWISE: "-.->"}
_SIGNS = {"&": "#amp;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "#": "#35;"}


def mermaid(flow: Flow) -> str:
    """The graph as Mermaid draws it; ends with a line feed."""
    lines = ["flowchart TD", f"  start([start]) --> {_id(flow.start)}"]
    lines += [f"  {_id(block.name)}{_shape(block)}" for block in flow.blocks.values()]
    for number, (target, words) in enumerate(doors(flow).items()):
        lines.append(f'  door{number}>"{_safe(", ".join(words))}"] -.-> {_id(target)}')
    for way in ways(flow):
        label = f'|"{_safe(way.label)}"|' if way.label else ""
        lines.append(f"  {_id(way.source)} {_ARROWS[way.kind]}{label} {_id(way.target)}")
    return "\n".join(lines) + "\n"


def _shape(block: Block) -> str:
    left, right = ("[[", "]]") if asks_staff(block) else ("[", "]")
    return f'{left}"{block.name}"{right}'


def _id(name: str) -> str:
    """A node's id; "end" alone would end Mermaid's own block."""
    return f"b_{name}"


def _safe(text: str) -> str:
    return "".join(_SIGNS.get(sign, sign) for sign in " ".join(text.split()))
