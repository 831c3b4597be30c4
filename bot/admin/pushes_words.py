"""How pushes and their sendings are put into words on every screen."""

from __future__ import annotations

import re
from datetime import timedelta
from difflib import get_close_matches

from babel.dates import format_timedelta

from bot.admin.pushes_presses import ListPushes, ShowPush
from bot.rules import fold
from bot.services import pushes, pushes_audience, pushes_list
from bot.services.deliveries import ENDS, State, left
from bot.services.deliveries_reasons import LeftOut
from bot.services.refusal import Refusal
from bot.ui.desk import Desk
from bot.ui.html import Html, Words, excerpt, html, join
from bot.ui.numbers import written
from bot.ui.screen import Step
from models import Push, PushRun

#: Signs of the bar that shows how far a sending is.
BAR = 10
#: Characters of a title on a button that shares its row, and on a screen.
ON_BUTTON, ON_SCREEN = 16, 64
#: Characters of a rule.
QUOTED = 120
#: Signs around a title, by the first one.
QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»", "'": "'"}
#: What part of the people may change between a look and the press that follows it.
CHANGE = 0.05


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
    return _less(desk.say("pushes.everyone") if push.everyone else _parts(push, desk), push, desk)


def _parts(push: Push, desk: Desk) -> Words:
    names = [excerpt(group.name, ON_SCREEN) for group in pushes.groups(desk.db, push.id)]
    if push.rule is not None:
        names.append(desk.say("pushes.for_rule", rule=excerpt(push.rule, QUOTED)))
    if picked := len(pushes_audience.picked(desk.db, push.id)):
        names.append(desk.say("pushes.for_people", count=picked))
    return Words(", ".join(names)) if names else desk.say("pushes.nobody_yet")


def _less(audience: Words, push: Push, desk: Desk) -> Words:
    names = [excerpt(group.name, ON_SCREEN) for group in pushes_audience.minus(desk.db, push.id)]
    return desk.say("pushes.for_less", audience=audience, groups=Words(", ".join(names))) if names else audience


def groups_named(said: str, desk: Desk) -> list[int]:
    """The ids of groups whose names are parted by commas. Raises a Refusal for a group that does not exist."""
    names = [name.strip().strip("\"'“”„«»") for name in re.split(r"[,;]", said)]
    found = {group.folded: group.id for group in pushes_list.groups_named(desk.db, [fold(name) for name in names])}
    if missing := [name for name in names if fold(name) not in found]:
        near = get_close_matches(fold(missing[0]), pushes_list.group_names(desk.db), n=1)
        key = "pushes.unknown_group_near" if near else "pushes.unknown_group"
        raise Refusal(key, name=missing[0], near=near[0] if near else "")
    return sorted(found.values())


def changed(before: int | None, now: int) -> bool:
    """Whether so many more or fewer people get it than the screen said that somebody should look again."""
    return before is not None and abs(now - before) > before * CHANGE


def recipients(run: PushRun, desk: Desk) -> Words:
    """Who among them gets it."""
    return desk.say(f"pushes.to_{run.recipients}")


def when(run: PushRun, desk: Desk) -> Words:
    """When it begins: in full, with the zone and how far away that is."""
    if run.due_at is None:
        return desk.say("pushes.now")
    if run.clock == "user" and run.due_typed:
        return desk.say("pushes.at_theirs", time=run.due_typed)
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
