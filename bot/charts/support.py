"""The picture of the desk: how many asked and how many were done with, day by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from threading import Lock

_INK, _PAPER, _ASKED, _DONE = "#1f2933", "#ffffff", "#c0701a", "#2f855a"
#: Days that are named below the picture at most.
_NAMED = 10
#: Drawing shares caches of fonts, which two threads must not fill at once.
_PEN = Lock()


@dataclass(frozen=True, slots=True)
class Day:
    """One day: requests opened and closed."""

    day: date
    opened: int
    closed: int


def draw(days: Sequence[Day], *, opened: str, closed: str) -> bytes:
    """The picture as a PNG, 1000 × 500; `opened` and `closed` name the two colours."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # an extra
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    with _PEN:
        figure = Figure(figsize=(10, 5), dpi=100, facecolor=_PAPER)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.06, 0.12, 0.92, 0.8))
        places = range(len(days))
        axes.bar([place - 0.2 for place in places], [day.opened for day in days], 0.4, color=_ASKED, label=opened)
        axes.bar([place + 0.2 for place in places], [day.closed for day in days], 0.4, color=_DONE, label=closed)
        step = max(1, -(-len(days) // _NAMED))
        axes.set_xticks(list(places)[::step], [f"{day.day:%d.%m.}" for day in days[::step]])
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.tick_params(colors=_INK, labelsize=12)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, fontsize=12, labelcolor=_INK)
        picture = BytesIO()
        figure.savefig(picture, format="png")
    return picture.getvalue()
