"""How pushes and their sendings are put into words on every screen."""

from __future__ import annotations

from datetime import timedelta

from babel.dates import format_timedelta

from bot.admin.pushes_presses import ListPushes, ShowPush
from bot.services import pushes
from bot.services.deliveries import ENDS, State, left
from bot.services.deliveries_reasons import LeftOut
from bot.ui.desk import Desk
from bot.ui.html import Html, Words, excerpt, html, join
from bot.ui.numbers import written
from bot.ui.screen import Step
from models import Push, PushRun

#: Signs of the bar that shows how far a sending is.
BAR = 10
#: Characters of a title on a button that shares its row, and on a screen.
ON_BUTTON, ON_SCREEN = 16, 64


def titled(push: Push, limit: int = ON_SCREEN) -> Words:
    """The title of a push on one line."""
    return excerpt(push.title, limit)


def to_list(desk: Desk) -> tuple[Step, ...]:
    """The way to the list."""
    return (Step(desk.say("pushes.title"), ListPushes()),)


def to_card(push: Push, desk: Desk) -> tuple[Step, ...]:
    """The way to the card of a push."""
    return (*to_list(desk), Step(titled(push, ON_BUTTON), ShowPush(push.id)))


def audience(push: Push, desk: Desk) -> Words:
    """Whom a push is for."""
    if push.everyone:
        return desk.say("pushes.everyone")
    names = [excerpt(group.name, ON_SCREEN) for group in pushes.groups(desk.db, push.id)]
    return Words(", ".join(names)) if names else desk.say("pushes.nobody_yet")


def recipients(run: PushRun, desk: Desk) -> Words:
    """Who among them gets it."""
    return desk.say(f"pushes.to_{run.recipients}")


def when(run: PushRun, desk: Desk) -> Words:
    """When it begins: in full, with the zone and how far away that is."""
    if run.due_at is None:
        return desk.say("pushes.now")
    return desk.say("pushes.at", time=desk.time(run.due_at), distance=desk.ago(run.due_at))


def standing(run: PushRun | None, desk: Desk) -> Words:
    """How a push stands, in a few words for lists."""
    if run is None:
        return desk.say("pushes.not_sent")
    time = run.due_at if run.state in pushes.AHEAD else run.ended_at or run.started_at
    shown = desk.short_time(time) if time else ""
    return desk.say(f"pushes.is_{run.state}", percent=percent(run), sent=run.sent, time=shown)


def percent(run: PushRun) -> int:
    """How much of a sending has ended, in whole percent."""
    return 100 * (run.audience - left(run)) // run.audience if run.audience else 0


def bar(run: PushRun) -> Html:
    """How far a sending is, as a picture."""
    full = percent(run) * BAR // 100
    return html("{}{} {} %", "▓" * full, "░" * (BAR - full), percent(run))


def counters(run: PushRun, desk: Desk) -> Html:
    """Every end that occurred, with its number; sent always."""
    shown = [end for end in ENDS if getattr(run, end) or end is State.SENT]
    numbers = {end: written(getattr(run, end), desk.language) for end in shown}
    return join(" · ", [html("{} {}", desk.say(f"pushes.end_{end}"), number) for end, number in numbers.items()])


def left_out(reasons: dict[LeftOut, int], desk: Desk) -> Html | None:
    """Who gets nothing and why, with numbers."""
    parts = [desk.say(f"pushes.out_{why}", count=reasons[why]) for why in LeftOut if why in reasons]
    return html("{}", desk.say("pushes.left_out", reasons=", ".join(parts))) if parts else None


def lasting(seconds: float, desk: Desk) -> Words:
    """A span of time: "5 seconds", "2 hours"."""
    return Words(str(format_timedelta(timedelta(seconds=max(1, round(seconds))), locale=desk.language)))
