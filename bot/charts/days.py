"""The picture of the figures: bars day by day and the way through the blocks, large enough for a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from threading import Lock
from typing import Any

from bot.flow.markup import shorten

#: Dark on its own white paper, so that a dark screen changes nothing.
_INK, _PAPER, _FAINT, _COLOURS = "#1f2933", "#ffffff", "#f0c08a", ("#c0701a", "#2f855a")
#: Inches of the picture's width and of a panel's height; pixels of an inch.
_WIDTH, _HEIGHT, _DOTS = 6.0, 2.3, 150
#: Days that are named below a panel at most.
_NAMED = 6
#: Letters of a block's name.
_NAME = 16
#: Drawing shares caches of fonts, which two threads must not fill at once.
_PEN = Lock()


@dataclass(frozen=True, slots=True)
class Bars:
    """One or two bars for every day: what each is called, and how high they are."""

    named: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Funnel:
    """Blocks, the first one on top: what the two bars are called; name, people who came, people who went on."""

    named: tuple[str, str]
    steps: tuple[tuple[str, int, int], ...]


def draw(days: Sequence[date], panels: Sequence[Bars], funnel: Funnel | None = None) -> bytes:
    """The picture as a PNG, 900 pixels wide and 345 high for each panel, and for each four blocks."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # an extra
    from matplotlib.figure import Figure

    with _PEN:
        below = 0.25 * (len(funnel.steps) + 1) if funnel else 0.0
        whole = len(panels) + below
        figure = Figure(figsize=(_WIDTH, _HEIGHT * whole), dpi=_DOTS, facecolor=_PAPER)
        FigureCanvasAgg(figure)
        for number, panel in enumerate(panels):
            bottom = (below + len(panels) - 1 - number + 0.14) / whole
            _panel(figure.add_axes((0.1, bottom, 0.87, 0.7 / whole)), days, panel)
        if funnel is not None:
            _ways(figure.add_axes((0.3, 0.05 / whole, 0.62, (below - 0.25) / whole)), funnel)
        picture = BytesIO()
        figure.savefig(picture, format="png")
    return picture.getvalue()


def _panel(axes: Any, days: Sequence[date], bars: Bars) -> None:
    from matplotlib.ticker import MaxNLocator

    wide = 0.8 / len(bars.counts)
    for number, (name, counts) in enumerate(zip(bars.named, bars.counts, strict=True)):
        places = [place + wide * (number - (len(bars.counts) - 1) / 2) for place in range(len(days))]
        axes.bar(places, counts, wide, color=_COLOURS[number], label=name)
    step = max(1, -(-len(days) // _NAMED))
    axes.set_xticks(range(0, len(days), step), [f"{day:%d.%m.}" for day in days[::step]])
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    axes.tick_params(colors=_INK, labelsize=12)
    axes.spines[["top", "right"]].set_visible(False)
    _legend(axes, 0.0)


def _ways(axes: Any, funnel: Funnel) -> None:
    """Two bars over each other for each block, so that the part of the lighter one that is seen is who stopped."""
    names, reached, went_on = zip(*funnel.steps, strict=True)
    places = [-place for place in range(len(names))]
    axes.barh(places, reached, 0.62, color=_FAINT, label=funnel.named[0])
    axes.barh(places, went_on, 0.62, color=_COLOURS[1], label=funnel.named[1])
    for place, count in zip(places, reached, strict=True):
        axes.text(count, place, f" {count}", va="center", color=_INK, fontsize=12)
    axes.set_yticks(places, [shorten(name, _NAME) for name in names])
    axes.set_xticks([])
    axes.tick_params(colors=_INK, labelsize=12, length=0)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    _legend(axes, -0.38)


def _legend(axes: Any, left: float) -> None:
    place = {"loc": "lower left", "bbox_to_anchor": (left, 0.98), "ncols": 2}
    axes.legend(frameon=False, fontsize=14, labelcolor=_INK, borderaxespad=0, handlelength=1, **place)
