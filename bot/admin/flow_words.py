"""Versions and their differences in words, as several screens of the flow show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from bot import charts
from bot.admin.flow_presses import ShowFlow
from bot.charts import graph
from bot.flow import Flow
from bot.flow.difference import Change
from bot.services import flows, flows_people, users
from bot.services.refusal import Refusal
from bot.ui.desk import Desk
from bot.ui.html import Html, Words, excerpt, html, lines, name
from bot.ui.screen import Attachment, Step
from models import FlowVersion

#: Characters of a text, before and after a change; and so many of them before the place where the two differ.
_WORDS, _NEAR = 60, 15
#: More blocks than these come as a file: a photo would be scaled down until nobody could read it.
_PHOTO = 60
#: Changes on one screen.
CHANGES = 15


def active(desk: Desk) -> FlowVersion:
    """The version that speaks. Raises a Refusal where none is kept."""
    version = flows.active(desk.db)
    if version is None:
        raise Refusal("flow.no_version")
    return version


def title(version: FlowVersion, desk: Desk) -> Words:
    """ "Version 3", or that it was sent and does not speak."""
    if version.number is None:
        return desk.say("flow.offered")
    return desk.say("flow.version", number=version.number)


def about(version: FlowVersion, desk: Desk) -> Html:
    """Where a version comes from, who made it and when it began to speak."""
    made = desk.say(f"flow.source_{version.source}", who=who(version.author_id, desk))
    since = None
    if version.activated_at is not None:
        since = html("{}", desk.say("flow.since", since=desk.time(version.activated_at)))
    return lines(html("{}", made), since, html("{}", desk.say("flow.blocks", count=version.blocks)))


def who(user_id: int | None, desk: Desk) -> Words:
    """Somebody by name; the start of the bot is nobody."""
    return name(users.name(desk.db, user_id)) if user_id is not None else desk.say("flow.nobody")


def changes(found: Sequence[Change], desk: Desk, *, at: int = 0) -> Html:
    """The changes from a place on, one a line, and how many more there are."""
    if not found:
        return html("{}", desk.say("flow.no_difference"))
    shown = [html("• {}", _change(one, desk)) for one in found[at : at + CHANGES]]
    left = len(found) - at - CHANGES
    return lines(*shown, html("{}", desk.say("flow.more_changes", count=left)) if left > 0 else None)


def _change(change: Change, desk: Desk) -> Words:
    before, after = _apart(change.before, change.after)
    shown = {"block": change.block, "name": change.name, "before": before, "after": after}
    cut = {key: excerpt(words, _WORDS) for key, words in shown.items()}
    return desk.say(f"flow.change_{change.what}", **cut)


def _apart(before: str, after: str) -> tuple[str, str]:
    """Two long texts from shortly before they begin to differ, so that what is shown of them differs too."""
    same = next((at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), 0)
    if same + _NEAR <= _WORDS:
        return before, after
    start = before.rfind(" ", 0, same - _NEAR) + 1
    return (f"…{before[start:]}", f"…{after[start:]}") if start else (before, after)


def picture(flow: Flow, number: int | None, desk: Desk) -> Attachment | None:
    """The picture of a flow with the people at its blocks; None where none can be drawn (see `no_picture`)."""
    if no_picture(flow) is not None:
        return None
    words = graph.Words(**{field.name: desk.say(f"flow.picture_{field.name}") for field in fields(graph.Words)})
    people, traffic = flows_people.people_at(desk.db), flows_people.traffic(desk.db, desk.now).ways
    name = f"flow-{number or 'new'}.png"
    return Attachment(name, lambda: graph.draw(flow, people, traffic, words), picture=len(flow.blocks) <= _PHOTO)


def no_picture(flow: Flow) -> str | None:
    """The wording that says why a flow has no picture here; None: it has one."""
    if not charts.available():
        return "flow.no_charts"
    return "flow.too_large" if len(flow.blocks) > graph.MOST else None


def path(desk: Desk, *further: Step) -> tuple[Step, ...]:
    """The way to a screen of the flow."""
    return (Step(desk.say("flow.title"), ShowFlow()), *further)
