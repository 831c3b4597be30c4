"""Checks of the ways through a flow: what cannot be reached, what leads nowhere, what never stops."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce

from bot.flow.actions import Action, CallBlock, Chance, End, Http, Pause, Return, ServiceOperator, Show, When
from bot.flow.book import Book, block_of
from bot.flow.connections import Connection
from bot.flow.messages import Message
from bot.flow.registry import linter
from bot.flow.schema import Block, Flow
from bot.sentences import Sentence


@linter
def every_block_can_be_reached(flow: Flow, book: Book) -> None:
    """From the start, the fallback, a keyword, a command, a link, or from outside if the block says so."""
    leads: dict[str | None, set[str]] = defaultdict(set)
    for reference in book.references:
        leads[block_of(reference.path)].add(reference.target)
    reached: set[str] = set()
    ahead = [*leads[None], *(block.name for block in flow.blocks.values() if block.entry)]
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead.extend(leads[name])
    for name in flow.blocks.keys() - reached:
        unreached = Sentence(
            'block "{name}" can never be reached; if a push is to open it, add: entry = true', name=name
        )
        book.problem(("blocks", name), unreached)


@linter
def blocks_lead_somewhere(flow: Flow, book: Book) -> None:
    """A block where a person is left standing is meant as an end, or it says so."""
    meant = {flow.fallback, *(keyword.to for keyword in flow.keywords)}
    meant |= {command.to for command in flow.commands.values()} | _waiting_for_staff(flow)
    for block in flow.blocks.values():
        if not (block.to or block.connections or block.name in meant or _settles(block)):
            nowhere = Sentence('the block leads nowhere; add connections or a "to", or write: end = true')
            book.warning(("blocks", block.name), nowhere)


def _waiting_for_staff(flow: Flow) -> set[str]:
    """Blocks that are shown after staff were asked: people answer there, not the bot."""
    return {
        connection.to
        for block in flow.blocks.values()
        for connection in block.connections
        if connection.to and any(isinstance(one, ServiceOperator) for one in flat(connection.actions))
    }


def _settles(block: Block) -> bool:
    kinds = (Show, When, ServiceOperator, Pause, Chance, CallBlock, Return, Http, End)
    return any(isinstance(step, kinds) for step in block.steps)


def flat(steps: Iterable[Message | Action]) -> Iterator[Message | Action]:
    """The steps and all that lies within them."""
    for step in steps:
        yield step
        match step:
            case When() | ServiceOperator() | Http():
                yield from flat((*step.then, *step.otherwise))
            case Chance():
                yield from flat(one for branch in step.branches for one in branch.then)


@linter
def no_loop_without_input(flow: Flow, book: Book) -> None:
    """A ring of blocks in which nothing is ever awaited, whatever the conditions say, would never end."""
    ways = {name: _ways_from(block) for name, block in flow.blocks.items()}
    endless = {name for name, way in ways.items() if not way.rests}
    while leaving := {name for name in endless if not ways[name].to <= endless}:
        endless -= leaving
    settled: set[str] = set()
    for name in sorted(endless, key=list(flow.blocks).index):
        ring = _ring(name, {one: min(ways[one].to) for one in endless}, settled)
        if ring:
            way = " → ".join([*ring, ring[0]])
            book.problem(
                ("blocks", ring[0]), Sentence("the blocks go round without waiting for the person: {way}", way=way)
            )


def _ring(start: str, onward: Mapping[str, str], settled: set[str]) -> list[str]:
    """The ring that the way from `start` runs into, unless it was looked at before."""
    way: list[str] = []
    name = start
    while name in onward and name not in settled:
        settled.add(name)
        way.append(name)
        name = onward[name]
    return way[way.index(name) :] if name in way else []


@dataclass(frozen=True, slots=True)
class _Ways:
    """What may come after a chain: other blocks, a rest until something happens, or simply what follows."""

    to: frozenset[str] = frozenset()
    rests: bool = False
    passes: bool = True

    def or_else(self, other: _Ways) -> _Ways:
        """Either of the two."""
        return _Ways(self.to | other.to, self.rests or other.rests, self.passes or other.passes)

    def then(self, other: _Ways) -> _Ways:
        """This one, and after it the other."""
        return _Ways(self.to | other.to, self.rests or other.rests, other.passes) if self.passes else self


_REST = _Ways(rests=True, passes=False)


def _leads(to: str | None) -> _Ways:
    return _REST if to is None else _Ways(frozenset({to}), passes=False)


def _ways_from(block: Block) -> _Ways:
    ways = _chain(block.steps)
    for connection in block.connections:
        if connection.waits:
            return ways.then(_REST)
        way = _chain(connection.actions).then(_leads(connection.to))
        ways = ways.then(way if connection.when is None else way.or_else(_Ways()))
    return ways.then(_leads(block.to))


def _chain(steps: Iterable[Message | Action]) -> _Ways:
    ways = _Ways()
    for step in steps:
        ways = ways.then(_after(step))
    return ways


def _after(step: Message | Action) -> _Ways:
    match step:
        case Show(to) | CallBlock(to):
            return _leads(to)
        case When() | Http():
            return _chain(step.then).or_else(_chain(step.otherwise))
        case Chance():
            return reduce(_Ways.or_else, [_chain(branch.then) for branch in step.branches])
        case ServiceOperator():
            return _Ways(rests=True)
        case Pause(to=None) | Return() | End():
            return _REST
    return _Ways()


@linter
def waits_have_a_next(flow: Flow, book: Book) -> None:
    """A wait knows what comes after it, a sub-flow where to come back to."""
    for block in flow.blocks.values():
        path = ("blocks", block.name)
        for step in flat(block.steps):
            _check_next(book, (*path, "actions"), step, block.to)
        for place, connection in enumerate(block.connections):
            for step in flat(connection.actions):
                _check_next(book, (*path, "connections", place), step, connection.to)


def _check_next(book: Book, path: tuple[str | int, ...], step: Message | Action, to: str | None) -> None:
    if isinstance(step, Pause) and step.to is None and to is None:
        book.problem(path, Sentence('the action "wait" needs "to": the block that is opened afterwards'))
    if isinstance(step, CallBlock) and step.then is None and to is None:
        book.problem(
            path, Sentence('the action "call" needs "then": the block that is opened when the sub-flow returns')
        )


@linter
def ways_on_can_be_taken(flow: Flow, book: Book) -> None:
    """Nothing stands behind a connection that is always taken."""
    for block in flow.blocks.values():
        for place, connection in enumerate(block.connections):
            if _is_always_taken(connection) and place + 1 < len(block.connections):
                path = ("blocks", block.name, "connections", place + 1)
                book.problem(
                    path, Sentence("the connection can never be taken: the one before it is taken at once, always")
                )
                break
        if block.to and any(one.waits and one.when is None for one in block.connections):
            book.problem(
                ("blocks", block.name, "to"), Sentence('"to" is never used: the block waits for one of its connections')
            )


def _is_always_taken(connection: Connection) -> bool:
    return not connection.waits and connection.when is None
