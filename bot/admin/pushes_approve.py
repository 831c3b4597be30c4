"""The second admin's yes, and all sendings of a push with those that were missed."""

from __future__ import annotations

from bot.admin import pushes_words as words
from bot.admin.pushes_more_presses import ApproveRun, ListRuns
from bot.admin.pushes_presses import ShowRun
from bot.services import deliveries_plan, push_approval, push_runs, pushes
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import html, lines, paragraphs
from bot.ui.numbers import written
from bot.ui.pager import SIZE
from bot.ui.registry import action, page
from bot.ui.screen import Button, Done, Screen, rows_of


@action(ApproveRun, role=Role.ADMIN)
def approve(press: ApproveRun, desk: Desk) -> Done:
    """It is planned, unless it would reach others by now than the screen said."""
    run = push_runs.get(desk.db, press.run_id)
    counted = deliveries_plan.forecast(desk.db, run, setup=desk.setup, now=desk.now)
    if words.changed(press.shown, reached := counted.get(None, 0)):
        raise Refusal("pushes.changed", before=press.shown, count=reached)
    push_approval.approve(desk.db, run.id, by=desk.actor, setup=desk.setup, now=desk.now)
    return Done(desk.say("pushes.approved"), then=ShowRun(run.id))


@page(ListRuns, role=Role.ADMIN)
def runs(press: ListRuns, desk: Desk) -> Screen:
    """What was sent when and to how many, and what was missed."""
    push = pushes.get(desk.db, press.push_id)
    found = push_runs.history(desk.db, push.id, limit=SIZE)
    entries = lines(
        *(
            html("{}. {} · {}", number, words.standing(run, desk), written(run.audience, desk.language))
            for number, run in enumerate(found, 1)
        )
    )
    buttons = rows_of(*(Button(str(number), ShowRun(run.id)) for number, run in enumerate(found, 1)))
    head = html("<b>{}</b> · {}", desk.say("pushes.history"), desk.setup.zone.key)
    return Screen(
        paragraphs(head, entries or html("{}", desk.say("pushes.not_sent"))), buttons, words.to_card(push, desk)
    )
