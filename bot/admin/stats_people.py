"""The people's part of the figures: who came, who was here, whom pushes reached."""

from __future__ import annotations

from bot.services.statistics import Figures
from bot.ui.desk import Desk
from bot.ui.html import Html, html, lines
from bot.ui.numbers import written


def section(found: Figures, desk: Desk) -> Html:
    """The figures as text."""
    shown = {name: written(getattr(found, name), desk.language) for name in Figures.__dataclass_fields__}
    rows = ("growth", "growth_before", "active", "blocked", "pushes")
    return lines(
        html("<b>{}</b>", desk.say("stats.people")), *(html("{}", desk.say(f"stats.{row}", **shown)) for row in rows)
    )
