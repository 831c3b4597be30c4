"""The end: the waits that an operator's Ctrl-C may have to sit out."""

from __future__ import annotations

from bot import app


def test_all_waits_at_the_end_together_stay_below_five_seconds() -> None:
    assert app.FINISH_TURNS + app.FINISH_SENDING < 5
