"""The days of the figures: messages and the way through the blocks as text, everything by day as picture and CSV."""

from __future__ import annotations

from functools import partial
from io import BytesIO

from bot import charts
from bot.charts.days import Bars, Funnel, draw
from bot.services import tables
from bot.services.statistics_days import MOST, Days, Step
from bot.services.support_figures import SupportFigures
from bot.ui.desk import Desk
from bot.ui.html import Html, html, lines, name
from bot.ui.numbers import written
from bot.ui.screen import Attachment

#: Blocks in the text.
_BLOCKS = 8
HEADER = ("day", "joined", "present", "received", "sent", "pushed", "missed", "asked", "closed")
#: Columns of that table which are drawn together.
_PANELS = ((1, 2), (3, 4), (5, 6), (7, 8))


def section(found: Days, desk: Desk) -> Html:
    """The messages of the span."""
    received, sent = sum(day.received for day in found.days), sum(day.sent for day in found.days)
    days = len(found.days)
    per_day = [written(round(count / days, 1), desk.language) for count in (received, sent)]
    shown = {"received": written(received, desk.language), "sent": written(sent, desk.language)}
    return lines(
        html("<b>{}</b>", desk.say("stats.messages")),
        html("{}", desk.say("stats.messages_span", **shown)),
        html("{}", desk.say("stats.messages_day", received=per_day[0], sent=per_day[1])),
        html("{}", desk.say("stats.part", count=MOST)) if found.is_part else None,
    )


def funnel(found: Days, desk: Desk) -> Html | None:
    """The blocks that most people came to, and where they stopped; none where nobody moved."""
    if not found.funnel:
        return None
    return lines(html("<b>{}</b>", desk.say("stats.funnel")), *(_step(step, desk) for step in found.funnel[:_BLOCKS]))


def _step(step: Step, desk: Desk) -> Html:
    stopped = step.reached - step.went_on
    share = round(100 * stopped / step.reached)
    said = desk.say("stats.step", block=name(step.block), count=step.reached, stopped=stopped, share=share)
    return html("{}", said)


def picture(found: Days, desk_days: SupportFigures, desk: Desk) -> Attachment | None:
    """The days as a picture; none where nothing happened, or where pictures cannot be drawn."""
    rows = table(found, desk_days)
    panels = [
        Bars(tuple(str(desk.say(f"stats.{HEADER[column]}")) for column in columns), counts)
        for columns in _PANELS
        if any(map(any, counts := tuple(tuple(int(row[column]) for row in rows) for column in columns)))
    ]
    if not panels or not charts.available():
        return None
    days = [day.day for day in found.days]
    return Attachment("figures.png", partial(draw, days, panels, _drawn_funnel(found, desk)), picture=True)


def _drawn_funnel(found: Days, desk: Desk) -> Funnel | None:
    if not found.funnel:
        return None
    named = str(desk.say("stats.reached")), str(desk.say("stats.went_on"))
    return Funnel(named, tuple((step.block, step.reached, step.went_on) for step in found.funnel[:_BLOCKS]))


def table(found: Days, support: SupportFigures) -> list[tuple[str | int, ...]]:
    """A row for each day, in the columns of `HEADER`."""
    asked = {day.day: (day.opened, day.closed) for day in support.days}
    return [
        (day.day.isoformat(), *(getattr(day, name) for name in HEADER[1:7]), *asked.get(day.day, (0, 0)))
        for day in found.days
    ]


def csv(found: Days, support: SupportFigures) -> bytes:
    """The same as a file."""
    file = BytesIO()
    writer = tables.table("csv", file)
    writer.write([HEADER, *table(found, support)])
    writer.close()
    return file.getvalue()
