"""The picture of the figures: bars day by day, one panel below the other, large enough for a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from threading import Lock
from typing import Any

#: Dark on its own white paper, so that a dark screen changes nothing.
_INK, _PAPER, _COLOURS = "#1f2933", "#ffffff", ("#c0701a", "#2f855a")
#: Inches of the picture's width and of a panel's height; pixels of an inch.
_WIDTH, _HEIGHT, _DOTS = 6.0, 2.3, 150
#: Days that are named below a panel at most.
_NAMED = 6
#: Drawing shares caches of fonts, which two threads must not fill at once.
_PEN = Lock()


@dataclass(frozen=True, slots=True)
class Bars:
    """One or two bars for every day: what each is called, and how high they are."""

    named: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


def draw(days: Sequence[date], panels: Sequence[Bars]) -> bytes:
    """The picture as a PNG, 900 pixels wide and 345 high for each panel."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # an extra
    from matplotlib.figure import Figure

    with _PEN:
        figure = Figure(figsize=(_WIDTH, _HEIGHT * len(panels)), dpi=_DOTS, facecolor=_PAPER)
        FigureCanvasAgg(figure)
        for number, panel in enumerate(panels):
            bottom = (len(panels) - 1 - number + 0.14) / len(panels)
            _panel(figure.add_axes((0.1, bottom, 0.87, 0.7 / len(panels))), days, panel)
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
    place = {"loc": "lower left", "bbox_to_anchor": (0, 0.98), "ncols": 2}
    axes.legend(frameon=False, fontsize=14, labelcolor=_INK, borderaxespad=0, handlelength=1, **place)
