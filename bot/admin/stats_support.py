"""The desk's part of the figures: who waits, how long it takes, who did it, and what users think of it."""

from __future__ import annotations

from datetime import timedelta

from bot.services.support_figures import Share, SupportFigures
from bot.ui.desk import Desk
from bot.ui.html import Html, Words, html, lines, name
from bot.ui.numbers import written

#: Members of staff in the text.
_PEOPLE = 8


def section(found: SupportFigures, desk: Desk) -> Html:
    """The figures as text."""
    counts = {"open": found.open, "waiting": found.waiting, "opened": found.opened, "closed": found.closed}
    shown = {key: written(count, desk.language) for key, count in counts.items()}
    first, slow = span(found.first_answer, desk), span(found.first_answer_slow, desk)
    rating = None
    if found.rating is not None:
        rating = html("{}", desk.say("stats.rating", rating=f"{found.rating:g}", count=found.rated))
    return lines(
        html("<b>{}</b>", desk.say("stats.support")),
        html("{}", desk.say("stats.support_now", **shown)),
        html("{}", desk.say("stats.support_span", **shown)),
        html("{}", desk.say("stats.first_answer", median=first, slow=slow)),
        html("{}", desk.say("stats.resolution", median=span(found.resolution, desk))),
        rating,
        *(_person(share, desk) for share in found.people[:_PEOPLE]),
    )


def _person(share: Share, desk: Desk) -> Html:
    said = {
        "who": name(share.name),
        "taken": str(share.taken),
        "closed": str(share.closed),
        "median": span(share.first_answer, desk),
    }
    return html("{}", desk.say("stats.person", **said))


def span(span: timedelta | None, desk: Desk) -> Words:
    """A span of time in short: "4 min", "2 h 5 min", "3 d 1 h"; a dash for none."""
    if span is None:
        return Words("—")
    minutes = round(span / timedelta(minutes=1))
    hours, days = minutes // 60, minutes // 1440
    if days:
        return desk.say("stats.span_days", days=str(days), hours=str(hours % 24))
    if hours:
        return desk.say("stats.span_hours", hours=str(hours), minutes=str(minutes % 60))
    return desk.say("stats.span_minutes", minutes=str(minutes))
