"""Where words stand beside the lines of a picture, so that no two of them lie on each other."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.charts.layout import Point

#: The room that a letter and a line of words take, and what is left free around them, in widths of a box.
_LETTER, _LINE, _AROUND = 0.07, 0.145, 0.03
#: How far along the last stretch of its line a label may stand, the best place first.
_ALONG = (0.62, 0.5, 0.74, 0.38, 0.84, 0.28)


@dataclass(frozen=True, slots=True)
class Room:
    """The room of one label: its middle, and half of its sides."""

    x: float
    y: float
    half_width: float
    half_height: float

    def shared(self, other: Room) -> float:
        """How much of it lies under another one."""
        across = self.half_width + other.half_width - abs(self.x - other.x)
        down = self.half_height + other.half_height - abs(self.y - other.y)
        return max(0.0, across) * max(0.0, down)


@dataclass(slots=True)
class Labels:
    """The labels of one picture so far."""

    rooms: list[Room] = field(default_factory=list)

    def place(self, words: str, start: Point, end: Point) -> Point:
        """Take the first free place on the line from `start` to `end`; where there is none, the one least taken."""
        lines = words.split("\n")
        half_width = _LETTER * max(map(len, lines)) / 2 + _AROUND
        half_height = _LINE * len(lines) / 2 + _AROUND / 2
        rooms = [Room(*along(start, end, part), half_width, half_height) for part in _ALONG]
        best = min(rooms, key=self._taken)
        self.rooms.append(best)
        return best.x, best.y

    def _taken(self, room: Room) -> float:
        return sum(room.shared(other) for other in self.rooms)


def along(start: Point, end: Point, part: float) -> Point:
    """The point after such a part of a line that leaves and arrives upright (see `graph`)."""
    (x0, y0), (x1, y1) = start, end
    x = x0 + (x1 - x0) * (3 * part**2 - 2 * part**3)
    return x, y0 + (y1 - y0) * (1.5 * part - 1.5 * part**2 + part**3)
