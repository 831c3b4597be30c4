"""Where each block of a flow stands in its picture: layers from top to bottom, loose parts below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.flow import Flow
from bot.flow.graph import Way, ways

#: The distance between two blocks beside each other, and between two layers: a box is 1 wide.
ACROSS, DOWN = 1.12, 1.22
#: Parts are put beside each other up to this width at least.
_WIDE = 3 * ACROSS

#: From so many ways on only one line leads to a block; the others are signs.
_MANY = 5

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """The way of one line, bends included, and what it stands for."""

    way: Way
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The middle of each box, the lines between them, and how much room all of it takes. y grows downwards."""

    places: Mapping[str, Point]
    lines: tuple[Line, ...]
    #: Blocks from which a way leads back to the start; a line for each would hide all others.
    home: frozenset[str]
    #: The other block that very many ways lead to, and from where, apart from the one that is drawn.
    hub: str | None
    to_hub: frozenset[str]
    width: float
    height: float


def plan(flow: Flow) -> Plan:
    """Lay a flow out."""
    shown: dict[tuple[str, str], Way] = {}
    found = ways(flow)
    for way in found:
        if way.target != flow.start and way.source != way.target:
            shown.setdefault((way.source, way.target), way)
    hub, to_hub = _hub(shown)
    for source in to_hub:
        del shown[source, hub]
    parts = [
        _laid_out(_from_the_top(flow, part), [way for way in shown.values() if way.source in part])
        for part in _parts(flow, shown)
    ]
    home = frozenset(way.source for way in found if way.target == flow.start)
    places, lines, width, height = _packed(parts)
    return Plan(places, lines, home, hub or None, frozenset(to_hub), width, height)


def _hub(shown: Mapping[tuple[str, str], Way]) -> tuple[str, tuple[str, ...]]:
    """The block that more ways lead to than a picture bears, and the blocks whose lines are left out; "" for none."""
    counted = Counter(target for _, target in shown).most_common(1)
    if not counted or counted[0][1] < _MANY:
        return "", ()
    hub = counted[0][0]
    return hub, tuple(source for source, target in shown if target == hub)[1:]


def _parts(flow: Flow, shown: Mapping[tuple[str, str], Way]) -> list[frozenset[str]]:
    """The blocks that hang together; the part of the start first, then the largest."""
    near: dict[str, set[str]] = {name: set() for name in flow.blocks}
    for source, target in shown:
        near[source].add(target)
        near[target].add(source)
    left, parts = dict.fromkeys(flow.blocks), []
    while left:
        part, ahead = set(), [next(iter(left))]
        while ahead:
            name = ahead.pop()
            if name in left:
                del left[name]
                part.add(name)
                ahead.extend(near[name])
        parts.append(frozenset(part))
    return sorted(parts, key=lambda part: (flow.start not in part, -len(part)))


@dataclass(frozen=True, slots=True)
class _Part:
    places: dict[str, Point]
    lines: tuple[Line, ...]
    width: float
    height: float


def _from_the_top(flow: Flow, part: frozenset[str]) -> list[str]:
    """The blocks of a part in the order of the file, the start first."""
    return sorted((name for name in flow.blocks if name in part), key=lambda name: name != flow.start)


def _backward(names: Sequence[str], lines: Sequence[Way]) -> frozenset[Way]:
    """The ways that lead back to where one came from, walked from the first block: they are drawn upwards."""
    onward: dict[str, list[Way]] = {name: [] for name in names}
    for way in lines:
        onward[way.source].append(way)
    back: set[Way] = set()
    met: set[str] = set()
    for first in names:
        if first not in met:
            _walk(first, onward, met, back)
    return frozenset(back)


def _walk(first: str, onward: Mapping[str, Sequence[Way]], met: set[str], back: set[Way]) -> None:
    """All that is ahead of one block, as deep as it goes before it goes wide."""
    met.add(first)
    trail = {first: iter(onward[first])}
    while trail:
        name, left = next(reversed(trail.items()))
        way = next(left, None)
        if way is None:
            del trail[name]
        elif way.target in trail:
            back.add(way)
        elif way.target not in met:
            met.add(way.target)
            trail[way.target] = iter(onward[way.target])


def _laid_out(order: Sequence[str], lines: Sequence[Way]) -> _Part:
    """One part in layers, with as few crossings as can be found; `order` begins with the block on top."""
    import igraph  # an extra

    at = {name: place for place, name in enumerate(order)}
    back = _backward(order, lines)
    ends = [(way.target, way.source) if way in back else (way.source, way.target) for way in lines]
    graph = igraph.Graph(n=len(order), edges=[(at[one], at[other]) for one, other in ends], directed=True)
    layout = graph.layout_sugiyama(hgap=ACROSS, vgap=DOWN, maxiter=200)
    middle = [(float(x), float(y)) for x, y in layout]
    bends = [[(float(x), float(y)) for x, y in points] for points in layout.edge_routing]
    bends = [points[::-1] if way in back else points for way, points in zip(lines, bends, strict=True)]
    left = min(x for x, _ in (*middle, *(point for points in bends for point in points)))
    places = {name: (middle[at[name]][0] - left, middle[at[name]][1]) for name in order}
    drawn = tuple(
        Line(way, (places[way.source], *((x - left, y) for x, y in between), places[way.target]))
        for way, between in zip(lines, bends, strict=True)
    )
    points = [point for line in drawn for point in line.points] + list(places.values())
    return _Part(places, drawn, max(x for x, _ in points), max(y for _, y in points))


def _packed(parts: Sequence[_Part]) -> tuple[dict[str, Point], tuple[Line, ...], float, float]:
    """The first part on top, the others in rows below it, no wider than it is."""
    places: dict[str, Point] = {}
    lines: list[Line] = []
    left = top = lowest = widest = 0.0
    limit = max(parts[0].width, _WIDE)
    for number, part in enumerate(parts):
        if number == 1 or left + part.width > limit:
            left, top = 0.0, lowest
        places |= {name: (x + left, y + top) for name, (x, y) in part.places.items()}
        lines += [Line(line.way, tuple((x + left, y + top) for x, y in line.points)) for line in part.lines]
        lowest, widest = max(lowest, top + part.height + DOWN), max(widest, left + part.width)
        left += part.width + ACROSS
    return places, tuple(lines), widest, lowest - DOWN
