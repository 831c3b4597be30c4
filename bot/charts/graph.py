"""The picture of a flow: blocks in layers, who leads where and how often, how many people stand at each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise
from threading import Lock
from typing import Any

from bot.charts.labels import Labels
from bot.charts.layout import Line, Plan, Point, plan
from bot.flow import Flow
from bot.flow.graph import Kind, asks_staff, doors
from bot.flow.markup import clean, shorten

#: A box in units of the plan (1 is its width), and what stands around the plan.
_WIDTH, _HEIGHT, _MARGIN = 1.0, 0.58, 0.16
#: Pixels of a box, and the largest side of a picture; a larger flow gets smaller boxes.
_BOX, _SIDE = 200, 4000
#: Letters of a line in a box and of a line beside an arrow; sizes of both kinds of letters in points, for such a box.
_LETTERS, _LABEL = 9, 12
_NAME, _SMALL_NAME, _WORDS, _COUNT, _DOORS = 25, 19, 17, 18, 13

_INK, _PAPER = "#1f2933", "#ffffff"
_LINES = {Kind.CHOICE: ("#3e6fb0", "-"), Kind.ONWARD: ("#52606d", "-"), Kind.LATER: ("#b7791f", "--")}
_OTHERWISE = ("#b0413e", ":")
_HUB = "#6b46c1"
_BLOCK, _STAFF, _START = ("#eef3f9", "#3e6fb0"), ("#fdebd3", "#c0701a"), ("#dff3e4", "#2f855a")
#: The columns of the legend and its lines, and the letters of the words in a box that open it from everywhere.
_COLUMN, _ROW, _DOOR = 1.9, 0.26, 16
#: More blocks than these make no picture that anybody could read.
MOST = 300
#: Drawing shares caches of fonts, which two threads must not fill at once.
_PEN = Lock()


@dataclass(frozen=True, slots=True)
class Words:
    """What stands in the picture beside the author's own words."""

    start: str
    staff: str
    home: str
    people: str
    traffic: str
    doors: str
    later: str
    otherwise: str


def draw(flow: Flow, people: Mapping[str, int], traffic: Mapping[tuple[str, str], int], words: Words) -> bytes:
    """The picture as a PNG.

    `people`: how many stand at each block now. `traffic`: how often people went from one block to another. Blocks
    without anybody, and ways that nobody took, may be missing.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # an extra
    from matplotlib.figure import Figure

    laid = plan(flow)
    entries = _entries(laid, words)
    columns = max(2, min(len(entries), int((laid.width + _WIDTH) / _COLUMN)))
    wide = max(laid.width, columns * _COLUMN - _WIDTH)
    legend = _ROW * (-(-len(entries) // columns) + 0.5)
    across, down = wide + _WIDTH + 2 * _MARGIN, laid.height + _HEIGHT + 2 * _MARGIN + legend
    box = min(_BOX, _SIDE / max(across, down))
    with _PEN:
        figure = Figure(figsize=(across * box / 100, down * box / 100), dpi=100, facecolor=_PAPER)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(-_WIDTH / 2 - _MARGIN, wide + _WIDTH / 2 + _MARGIN)
        axes.set_ylim(laid.height + _HEIGHT / 2 + _MARGIN + legend, -_HEIGHT / 2 - _MARGIN)
        axes.axis("off")
        pen = _Pen(axes, box / _BOX, traffic)
        for line in laid.lines:
            pen.line(line)
        _boxes(pen, flow, laid, people)
        _signs(pen, flow, laid)
        _legend(pen, laid, entries, columns)
        picture = BytesIO()
        figure.savefig(picture, format="png")
    return picture.getvalue()


def _boxes(pen: _Pen, flow: Flow, laid: Plan, people: Mapping[str, int]) -> None:
    opened = doors(flow)
    for name, block in flow.blocks.items():
        colours = _START if name == flow.start else _STAFF if asks_staff(block) else _BLOCK
        x, y = laid.places[name]
        pen.box(x, y, name, colours, opened.get(name, ()), thick=name in opened or name == flow.start)
        if people.get(name):
            pen.badge(x + _WIDTH / 2, y - _HEIGHT / 2, f"{people[name]:,}")


def _signs(pen: _Pen, flow: Flow, laid: Plan) -> None:
    """The ways that have no line, as a sign at the block that they leave."""
    for name in laid.home:
        x, y = laid.places[name]
        pen.sign(x - _WIDTH / 2 + 0.05, y + _HEIGHT / 2, "↺", (name, flow.start), _START[1])
    for name in laid.to_hub:
        x, y = laid.places[name]
        pen.sign(x + _WIDTH / 2 - 0.4, y + _HEIGHT / 2, "→", (name, laid.hub or ""), _HUB)


def _entries(laid: Plan, words: Words) -> list[tuple[str, str]]:
    """The signs of the picture with what they mean, and their colours."""
    return [
        (_START[1], f"■ {words.start}"),
        (_STAFF[1], f"■ {words.staff}"),
        (_HUB, f"□ {words.doors}"),
        (_START[1], f"↺ {words.home}"),
        (_LINES[Kind.LATER][0], f"- - {words.later}"),
        (_OTHERWISE[0], f"··· {words.otherwise}"),
        (_INK, f"● {words.people}"),
        (_INK, f"×n {words.traffic}"),
        *([(_HUB, f"→ {laid.hub}")] if laid.hub else []),
    ]


def _legend(pen: _Pen, laid: Plan, entries: list[tuple[str, str]], columns: int) -> None:
    top = laid.height + _HEIGHT / 2 + _MARGIN + 0.2
    for number, (colour, text) in enumerate(entries):
        row, column = divmod(number, columns)
        pen.text(-_WIDTH / 2 + column * _COLUMN, top + _ROW * row, text, colour, _WORDS, left=True)


@dataclass(slots=True)
class _Pen:
    """Draws on one picture; `scale` shrinks the letters with the boxes."""

    axes: Any
    scale: float
    traffic: Mapping[tuple[str, str], int]
    labels: Labels = field(default_factory=Labels)

    def text(
        self, x: float, y: float, words: str, colour: str, size: float, *, left: bool = False, **more: object
    ) -> None:
        """Words; nothing in them is read as a formula."""
        how = {"ha": "left" if left else "center", "va": "center", "zorder": 5} | more
        self.axes.text(x, y, words, color=colour, fontsize=size * self.scale, parse_math=False, **how)

    def box(
        self, x: float, y: float, name: str, colours: tuple[str, str], opened: tuple[str, ...], *, thick: bool
    ) -> None:
        """A block, its name on one to three lines, and below it what opens it from everywhere."""
        from matplotlib.patches import FancyBboxPatch

        pad, (fill, edge) = 0.05, colours
        corner = (x - _WIDTH / 2 + pad, y - _HEIGHT / 2 + pad)
        shape: dict[str, Any] = {"boxstyle": f"round,pad={pad}", "facecolor": fill, "edgecolor": edge, "zorder": 3}
        thickness = (3.6 if thick else 1.6) * self.scale
        self.axes.add_patch(FancyBboxPatch(corner, _WIDTH - 2 * pad, _HEIGHT - 2 * pad, linewidth=thickness, **shape))
        lines = _wrapped(name.replace("_", "_ "), _LETTERS, 3)
        longest = max(map(len, lines))
        small = len(lines) > 2 or longest > _LETTERS or (opened and len(lines) > 1)
        shown = opened if len(lines) < 3 else ()
        self.text(x, y - (0.06 if shown else 0), "\n".join(lines), _INK, _SMALL_NAME if small else _NAME)
        if shown:
            doors = shorten(_drawable(" ".join(shown)), _DOOR)
            self.text(x, y + _HEIGHT / 2 - 0.1, doors, _HUB, _DOORS)

    def badge(self, x: float, y: float, count: str) -> None:
        """How many people stand at a block."""
        box = {"boxstyle": "round,pad=0.25", "facecolor": _INK, "edgecolor": _PAPER}
        self.text(x - 0.02, y + 0.02, count, _PAPER, _COUNT, ha="right", zorder=6, bbox=box)

    def sign(self, x: float, y: float, sign: str, way: tuple[str, str], colour: str) -> None:
        """A small sign on the edge of a box, with how often its way was taken."""
        box = {"boxstyle": "round,pad=0.1", "facecolor": _PAPER, "edgecolor": colour}
        self.text(x, y, f"{sign} {self.taken(way)}".strip(), colour, _WORDS, left=True, zorder=6, bbox=box)

    def line(self, line: Line) -> None:
        """A way from the lower edge of a box to the upper edge of another, round its bends."""
        from matplotlib.patches import FancyArrowPatch
        from matplotlib.path import Path

        colour, style = _LINES.get(line.way.kind, _OTHERWISE)
        points = _between_boxes(line.points)
        how: dict[str, Any] = {
            "color": colour,
            "linestyle": style,
            "linewidth": 2.2 * self.scale,
            "fill": False,
            "zorder": 1,
        }
        path = Path(*_curve(points))
        self.axes.add_patch(FancyArrowPatch(path=path, arrowstyle="-|>", mutation_scale=18 * self.scale, **how))
        if words := self.label(line):
            x, y = self.labels.place(words, points[-2], points[-1])
            box = {"boxstyle": "round,pad=0.1", "facecolor": _PAPER, "edgecolor": "none", "alpha": 0.85}
            # The paper under the words goes first, so that it never covers those of another line.
            self.text(x, y, words, _PAPER, _WORDS, zorder=4, bbox=box, linespacing=1.0)
            self.text(x, y, words, colour, _WORDS, zorder=5, linespacing=1.0)

    def label(self, line: Line) -> str:
        """What leads this way, and how often it did."""
        label = "\n".join(_wrapped(_drawable(line.way.label), _LABEL, 2)) if line.way.label else ""
        return f"{label} {self.taken((line.way.source, line.way.target))}".strip()

    def taken(self, way: tuple[str, str]) -> str:
        """How often a way was taken; nothing where nobody took it."""
        times = self.traffic.get(way)
        return f"×{times:,}" if times else ""


def _drawable(words: str) -> str:
    """The words without what the font has no sign for (emoji, many scripts); an ellipsis where nothing is left."""
    from matplotlib.font_manager import findfont, get_font

    font = get_font(findfont("DejaVu Sans"))
    kept = "".join(sign for sign in clean(words) if font.get_char_index(ord(sign)) or sign.isspace())
    return " ".join(kept.split()) or "…"


def _between_boxes(points: tuple[Point, ...]) -> list[Point]:
    """The points with the ends moved from the middle of the boxes to the edges that face each other."""
    (x0, y0), (x1, y1) = points[0], points[-1]
    down = 1 if y1 > y0 else -1
    return [(x0, y0 + down * _HEIGHT / 2), *points[1:-1], (x1, y1 - down * (_HEIGHT / 2 + 0.02))]


def _curve(points: list[Point]) -> tuple[list[Point], list[int]]:
    """Vertices and codes (1: begin, 4: a point of a cubic curve) of a line that leaves, bends and arrives upright."""
    vertices, codes = [points[0]], [1]
    for (x0, y0), (x1, y1) in pairwise(points):
        half = (y1 - y0) / 2
        vertices += [(x0, y0 + half), (x1, y1 - half), (x1, y1)]
        codes += [4] * 3
    return vertices, codes


def _wrapped(text: str, letters: int, most: int) -> list[str]:
    """A text on at most so many lines of about so many letters; "_ " is a "_" that may end a line."""
    lines = [""]
    for part in text.split(" "):
        glue = "" if lines[-1].endswith("_") or not lines[-1] else " "
        joined = f"{lines[-1]}{glue}{part}"
        if len(joined) <= letters or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(part)
    kept = lines if len(lines) <= most else [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [shorten(line, letters + 3) for line in kept]
