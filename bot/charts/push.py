"""The picture of a push's report: one bar for each number of people, large enough for a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from threading import Lock

from bot.flow.markup import clean, shorten

_INK, _PAPER, _GROUND = "#1f2933", "#ffffff", "#e4e7eb"
#: Colours of ends, of what people did, and of everything else.
_COLOURS = {"good": "#2f855a", "bad": "#b0413e", "other": "#b7791f", "done": "#3e6fb0"}
#: Inches of the picture's width and of a bar's height; pixels of an inch.
_WIDTH, _HEIGHT, _DOTS = 6.0, 0.62, 150
_LABEL = 22
#: Drawing shares caches of fonts, which two threads must not fill at once.
_PEN = Lock()


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the picture: what it says, how many people, the colour (a key of the four)."""

    label: str
    people: int
    written: str
    colour: str


def draw(title: str, bars: Sequence[Bar], whole: int) -> bytes:
    """The picture as a PNG; a full bar is `whole` people."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # an extra
    from matplotlib.figure import Figure

    height = _HEIGHT * (len(bars) + 1) + 0.3
    with _PEN:
        figure = Figure(figsize=(_WIDTH, height), dpi=_DOTS, facecolor=_PAPER)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.04, 0.02, 0.92, 0.96))
        axes.set_xlim(0, 1)
        axes.set_ylim(len(bars) + 1, 0)
        axes.axis("off")
        axes.text(0, 0.5, _drawable(title, 40), color=_INK, fontsize=17, weight="bold", va="center", parse_math=False)
        for number, bar in enumerate(bars, start=1):
            share = min(1.0, bar.people / whole) if whole else 0.0
            axes.barh(number + 0.68, 1, height=0.3, color=_GROUND)
            axes.barh(number + 0.68, share, height=0.3, color=_COLOURS[bar.colour])
            axes.text(
                0, number + 0.3, _drawable(bar.label, _LABEL), color=_INK, fontsize=14, va="center", parse_math=False
            )
            axes.text(1, number + 0.3, bar.written, color=_INK, fontsize=14, va="center", ha="right", parse_math=False)
        picture = BytesIO()
        figure.savefig(picture, format="png")
    return picture.getvalue()


def _drawable(words: str, limit: int) -> str:
    """The words without what the font has no sign for; an ellipsis where nothing is left."""
    from matplotlib.font_manager import findfont, get_font

    font = get_font(findfont("DejaVu Sans"))
    kept = "".join(sign for sign in clean(words) if font.get_char_index(ord(sign)) or sign.isspace())
    return shorten(" ".join(kept.split()), limit) or "…"
