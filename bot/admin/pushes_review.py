"""The review: what a press on *Send* leads to, in words, names and numbers; every step can be opened again."""

from __future__ import annotations

import math

from bot.admin import pushes_words as words
from bot.admin.people import called
from bot.admin.pushes_content import details, summary
from bot.admin.pushes_edit import ticked
from bot.admin.pushes_more_presses import SetClock, SetPaid
from bot.admin.pushes_presses import AskCount, ChooseRecipients, ChooseTime, Confirm, Review, SetLate, ShowPush
from bot.admin.pushes_send import LARGE, draft, forecast
from bot.services import deliveries_plan, push_approval, push_repeats, push_runs_time, repeats
from bot.services.push_runs import LATE
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import Html, html, join, lines, paragraphs
from bot.ui.numbers import written
from bot.ui.registry import page
from bot.ui.screen import Button, Screen, Style, rows_of
from models import PushRun

#: Telegram Stars for a message that is paid for.
STARS = 0.1


@page(Review, role=Role.ADMIN)
def review(press: Review, desk: Desk) -> Screen:
    """The consequence in words and numbers; every step can be opened again."""
    run, push = draft(press.run_id, desk)
    reached, reasons = forecast(run, desk)
    text = paragraphs(
        html("<b>{}</b>", desk.say("pushes.review", count=reached, title=words.titled(push))),
        lines(
            html("{}", desk.say("pushes.for", audience=words.audience(push, desk))),
            html("{}", words.recipients(run, desk)),
            summary(push, desk),
            details(push, desk),
            words.left_out(reasons, desk),
            _names(run, reached, desk),
        ),
        lines(html("{}", words.when(run, desk)), _shift(run, desk), _late(run, desk), _lasting(run, reached, desk)),
        lines(*_repeats(run, desk), *_postponed(run, desk)),
        _second(reached, desk),
    )
    return Screen(text, _review_buttons(run, reached, desk), words.to_card(push, desk))


def _shift(run: PushRun, desk: Desk) -> Html | None:
    """What summer time does to the typed time."""
    due = push_runs_time.settled(run.due_typed, desk.setup.zone) if run.due_typed else None
    return html("{}", desk.say(f"pushes.shift_{due.shift}", typed=due.typed)) if due and due.shift else None


def _late(run: PushRun, desk: Desk) -> Html | None:
    if run.due_at is None:
        return None
    return lines(html("{}", desk.say("pushes.computed_then")), html("{}", desk.say(f"pushes.late_{run.late}")))


def _names(run: PushRun, reached: int, desk: Desk) -> Html | None:
    """Three of them by name, so that a wrong audience is seen."""
    found = deliveries_plan.sample(desk.db, run, setup=desk.setup, now=desk.now) if reached else []
    names = join(", ", [html("{}", called(user)) for user in found])
    return html("{} {}", desk.say("pushes.among_them"), names) if found else None


def _repeats(run: PushRun, desk: Desk) -> list[Html]:
    """When it comes again: the next times in full."""
    repeat = repeats.read(run.repeat) if run.repeat else None
    if repeat is None:
        return []
    upcoming = push_repeats.preview(repeat, desk.setup.zone, desk.now)
    head = html("{}", desk.say("pushes.repeats", repeat=repeat.written))
    return [head, *(html("• {}", desk.time(at)) for at in upcoming)]


def _postponed(run: PushRun, desk: Desk) -> list[Html]:
    """Who gets it later, by their own clock or after quiet hours."""
    later = deliveries_plan.postponed(desk.db, run, setup=desk.setup, now=desk.now)
    return [html("{}", desk.say("pushes.gets_later", count=count, time=desk.time(at))) for at, count in later.items()]


def _second(reached: int, desk: Desk) -> Html | None:
    """That another admin has to agree, and whether there is one."""
    if not push_approval.needed(reached, desk.setup):
        return None
    alone = not push_approval.others(desk.db, desk.actor.id, desk.setup)
    return html("{}", desk.say("pushes.second_alone" if alone else "pushes.second", count=desk.setup.push.approve_from))


def _lasting(run: PushRun, reached: int, desk: Desk) -> Html:
    rate = desk.setup.push.paid_rate if run.paid else desk.setup.push_rate
    if run.paid and reached:
        stars, shown = written(math.ceil(reached * STARS), desk.language), written(rate, desk.language)
        return html("{}", desk.say("pushes.price", stars=stars, rate=shown, time=words.lasting(reached / rate, desk)))
    if not reached:
        return html("{}", desk.say("pushes.nobody_now"))
    if not rate:
        return html("{}", desk.say("pushes.unlimited"))
    shown = written(rate, desk.language)
    return html("{}", desk.say("pushes.lasting", rate=shown, time=words.lasting(reached / rate, desk)))


def _review_buttons(run: PushRun, reached: int, desk: Desk) -> tuple[tuple[Button, ...], ...]:
    label = desk.say("pushes.send_count" if run.due_at is None else "pushes.plan_it", count=reached)
    go = Button(label, AskCount(run.id) if reached >= LARGE else Confirm(run.id, reached), style=Style.SUCCESS)
    clocks = run.due_typed is not None and desk.setup.push.zone_variable
    theirs = run.clock == "user"
    late = (LATE.index(run.late) + 1) % len(LATE)
    nobody = run.due_at is None and not reached
    return (
        *rows_of(None if nobody else go),
        *rows_of(
            Button(desk.say("pushes.recipients"), ChooseRecipients(run.id)),
            Button(desk.say("pushes.time"), ChooseTime(run.id)),
            Button(desk.say("pushes.change_late"), SetLate(run.id, late)) if run.due_at else None,
            Button(ticked(desk.say("pushes.their_clock"), theirs), SetClock(run.id, not theirs)) if clocks else None,
            Button(ticked(desk.say("pushes.pay"), run.paid), SetPaid(run.id, not run.paid))
            if desk.setup.push.paid_rate
            else None,
            Button(desk.say("ui.cancel"), ShowPush(run.push_id)),
        ),
    )
