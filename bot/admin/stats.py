"""Figures of the last days: `/stats 30d`, one section for each part of the house."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.admin import stats_people
from bot.admin.stats_support import picture, section
from bot.services import statistics, support_figures
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import html, paragraphs
from bot.ui.press import Press, press
from bot.ui.registry import BadArguments, command, page
from bot.ui.screen import Button, Done, Screen, rows_of

_SPAN = re.compile(r"(\d{1,3})d?")
#: Days that a button offers, and the most that can be asked for.
_OFFERED, _MOST = (7, 30, 90), 366


@press("fig")
class ShowStats(Press):
    """The figures of so many days, up to now."""

    days: int = 30


@page(ShowStats, role=Role.ADMIN)
def stats(press: ShowStats, desk: Desk) -> Screen:
    """What happened, as text; with a picture where pictures can be drawn."""
    days = min(max(press.days, 1), _MOST)
    found = support_figures.figures(desk.db, desk.now - timedelta(days=days), desk.now, zone=desk.setup.zone)
    head = html("<b>{}</b>", desk.say("stats.title", count=days))
    others = [Button(desk.say("stats.days", count=span), ShowStats(span)) for span in _OFFERED if span != days]
    people = stats_people.section(statistics.figures(desk.db, desk.now - timedelta(days=days), desk.now), desk)
    return Screen(paragraphs(head, people, section(found, desk)), rows_of(*others), attachment=picture(found, desk))


@command("stats", role=Role.ADMIN, usage="/stats [days]", example="/stats 30d")
def stats_command(arguments: str, desk: Desk) -> Done:
    """The figures."""
    found = _SPAN.fullmatch(arguments or "30")
    if found is None or not 1 <= int(found[1]) <= _MOST:
        raise BadArguments
    return Done(then=ShowStats(int(found[1])))
