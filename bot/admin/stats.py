"""Figures of the last days: `/stats 30d`, one section for each part of the house."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import partial

from bot.admin import stats_days, stats_people, stats_support
from bot.services import digests, statistics, statistics_days, support_figures
from bot.services.roles import Role
from bot.services.statistics_days import Days
from bot.services.support_figures import SupportFigures
from bot.ui.desk import Desk
from bot.ui.html import html, paragraphs
from bot.ui.press import Press, press
from bot.ui.registry import BadArguments, action, command, page
from bot.ui.screen import Attachment, Button, Done, Row, Screen, rows_of

_SPAN = re.compile(r"(\d{1,3})d?")
#: Days that a button offers, and the most that can be asked for.
_OFFERED, _MOST = (7, 30, 90), 366


@press("fig")
class ShowStats(Press):
    """The figures of so many days, up to now."""

    days: int = 30


@press("figc")
class SendStats(Press):
    """The same days as a file."""

    days: int = 30


@press("figd")
class ChooseDigest(Press):
    """The figures by themselves: "daily", "weekly", or "" for not at all."""

    every: str = ""


@page(ShowStats, role=Role.ADMIN)
def stats(press: ShowStats, desk: Desk) -> Screen:
    """What happened, as text; with a picture where pictures can be drawn."""
    since = _since(press.days, desk)
    days, support = _days(since, desk)
    text = paragraphs(
        html("<b>{}</b>", desk.say("stats.title", count=(desk.now - since).days)),
        stats_people.section(statistics.figures(desk.db, since, desk.now), desk),
        stats_days.section(days, desk),
        stats_days.funnel(days, desk),
        stats_support.section(support, desk),
    )
    others = [Button(desk.say("stats.days", count=span), ShowStats(span)) for span in _OFFERED if span != press.days]
    buttons = rows_of(*others, Button("CSV", SendStats(press.days)))
    return Screen(text, (*buttons, *_digests(desk)), attachment=stats_days.picture(days, support, desk))


@page(SendStats, role=Role.ADMIN)
def send_stats(press: SendStats, desk: Desk) -> Screen:
    """A line for each day."""
    since = _since(press.days, desk)
    count = (desk.now - since).days
    file = Attachment(f"figures-{desk.now:%Y%m%d}-{count}d.csv", partial(stats_days.csv, *_days(since, desk)))
    text = html("<b>{}</b>", desk.say("stats.title", count=count))
    return Screen(text, rows_of(Button(desk.say("stats.show"), ShowStats(press.days))), anew=True, attachment=file)


def _digests(desk: Desk) -> tuple[Row, ...]:
    """What is not chosen now."""
    now = digests.chosen(desk.db, desk.actor.id) or ""
    offered = [every for every in ("daily", "weekly", "") if every != now]
    return rows_of(*(Button(desk.say(f"digest.choose_{every or 'none'}"), ChooseDigest(every)) for every in offered))


@action(ChooseDigest, role=Role.ADMIN)
def choose_digest(press: ChooseDigest, desk: Desk) -> Done:
    """From now on, or no longer."""
    every = press.every if press.every in digests.DAYS else None
    digests.choose(desk.db, every, by=desk.actor, zone=desk.setup.zone, now=desk.now)
    return Done(desk.say(f"digest.chosen_{every or 'none'}"), then=ShowStats())


def _since(days: int, desk: Desk) -> datetime:
    return desk.now - timedelta(days=min(max(days, 1), _MOST))


def _days(since: datetime, desk: Desk) -> tuple[Days, SupportFigures]:
    span, zone = (since, desk.now), desk.setup.zone
    return statistics_days.figures(desk.db, *span, zone=zone), support_figures.figures(desk.db, *span, zone=zone)


@command("stats", role=Role.ADMIN, usage="/stats [days]", example="/stats 30d")
def stats_command(arguments: str, desk: Desk) -> Done:
    """The figures."""
    found = _SPAN.fullmatch(arguments or "30")
    if found is None or not 1 <= int(found[1]) <= _MOST:
        raise BadArguments
    return Done(then=ShowStats(int(found[1])))
