"""The card of a sending while it waits, runs and afterwards; and what is planned."""

from __future__ import annotations

from bot.admin import pushes_words as words
from bot.admin.pushes_after_presses import ShowReport
from bot.admin.pushes_content import details, summary
from bot.admin.pushes_more_presses import ApproveRun
from bot.admin.pushes_presses import (
    AskStop,
    CancelRun,
    ListPlanned,
    PauseRun,
    ResumeRun,
    SendLate,
    ShowPush,
    ShowRun,
    StopRun,
)
from bot.services import deliveries_plan, push_approval, push_runs, users_reach
from bot.services.deliveries import left
from bot.services.pushes import AHEAD, LIVE
from bot.services.roles import Role
from bot.ui.confirm import question
from bot.ui.desk import Desk
from bot.ui.html import Html, Words, html, lines, name, paragraphs
from bot.ui.numbers import written
from bot.ui.pager import SIZE
from bot.ui.registry import action, page
from bot.ui.screen import Button, Done, Row, Screen, Style, rows_of
from models import Push, PushRun


@page(ShowRun, role=Role.ADMIN)
def run_card(press: ShowRun, desk: Desk) -> Screen:
    """How far it is, what became of whom, and how long it still takes."""
    run = push_runs.get(desk.db, press.run_id)
    push = desk.db.get_one(Push, run.push_id)
    text = paragraphs(
        html("<b>{}</b>\n{}", words.titled(push), words.standing(run, desk)),
        lines(
            html("{}", words.recipients(run, desk)),
            summary(run if run.started_at else push, desk),
            details(run if run.started_at else push, desk),
            _by(run, desk),
        ),
        html("{}", words.when(run, desk)) if run.state in AHEAD else None,
        _again(run, desk),
        _agreement(run, desk),
        _progress(run, desk) if run.started_at else None,
        html("{}", desk.say("pushes.because", reason=run.reason)) if run.reason else None,
    )
    path = words.to_card(push, desk) if push.deleted_at is None else words.to_list(desk)
    return Screen(text, _buttons(run, desk), path)


def _again(run: PushRun, desk: Desk) -> Html | None:
    """That it comes again; and when a sending goes on that has to wait."""
    waits = run.due_at if run.state == "sending" and run.due_at and run.due_at > desk.now else None
    return lines(
        html("{}", desk.say("pushes.repeats", repeat=run.repeat)) if run.repeat else None,
        html("{}", desk.say("pushes.goes_on", time=desk.time(waits), distance=desk.ago(waits))) if waits else None,
    )


def _agreement(run: PushRun, desk: Desk) -> Html | None:
    """Who has to agree, or did; and that it reached others than was said when it was confirmed."""
    reached = run.audience - run.skipped
    far = run.started_at is not None and run.state != "planning" and words.changed(run.expected, reached)
    nobody = not push_approval.others(desk.db, run.created_by or 0, desk.setup)
    return lines(
        html("{}", desk.say("pushes.waits_alone" if nobody else "pushes.waits_second", count=run.expected or 0))
        if run.state == "approving"
        else None,
        html("{}", desk.say("pushes.approved_by", name=name(users_reach.name(desk.db, run.approved_by))))
        if run.approved_by
        else None,
        html("{}", desk.say("pushes.changed", before=run.expected or 0, count=reached)) if far else None,
    )


def _may_agree(run: PushRun, desk: Desk) -> bool:
    return run.state == "approving" and run.created_by != desk.actor.id


def _approve(run: PushRun, desk: Desk) -> Button:
    counted = deliveries_plan.forecast(desk.db, run, setup=desk.setup, now=desk.now)
    shown = counted.get(None, 0)
    return Button(desk.say("pushes.approve", count=shown), ApproveRun(run.id, shown), style=Style.SUCCESS)


def _by(run: PushRun, desk: Desk) -> Html | None:
    if run.created_by is None:
        return None
    return html("{}", desk.say("pushes.by", name=name(users_reach.name(desk.db, run.created_by))))


def _progress(run: PushRun, desk: Desk) -> Html:
    return lines(
        words.bar(run),
        words.counters(run, desk),
        html("{}", desk.say("pushes.left", count=left(run))) if left(run) else None,
        _speed(run, desk),
    )


def _speed(run: PushRun, desk: Desk) -> Html | None:
    """How many a second since it began, and how long the others take at that."""
    tried = run.audience - left(run) - run.skipped - run.cancelled
    until = run.ended_at or desk.now
    seconds = (until - run.started_at).total_seconds() if run.started_at else 0.0
    if not tried or seconds < 1:
        return None
    rate = tried / seconds
    key = "pushes.speed_left" if run.state == "sending" and left(run) else "pushes.speed"
    lasting = words.lasting(left(run) / rate, desk)
    return html("{}", desk.say(key, rate=written(round(rate, 1), desk.language), time=lasting))


def _buttons(run: PushRun, desk: Desk) -> tuple[Row, ...]:
    """What can be done in this state."""
    return rows_of(
        _approve(run, desk) if _may_agree(run, desk) else None,
        Button(desk.say("pushes.pause"), PauseRun(run.id)) if run.state == "sending" else None,
        Button(desk.say("pushes.resume"), ResumeRun(run.id), style=Style.SUCCESS) if run.state == "paused" else None,
        Button(desk.say("pushes.send_late"), SendLate(run.id)) if run.state == "asking" else None,
        Button(desk.say("pushes.stop"), AskStop(run.id), style=Style.DANGER) if run.state in LIVE else None,
        Button(desk.say("pushes.take_back"), CancelRun(run.id), style=Style.DANGER) if run.state in AHEAD else None,
        Button(desk.say("pushes.report"), ShowReport(run.id)) if run.started_at else None,
        Button(desk.say("pushes.refresh"), ShowRun(run.id)),
    )


@action(PauseRun, role=Role.ADMIN)
def pause(press: PauseRun, desk: Desk) -> Done:
    """What is on its way still arrives."""
    push_runs.pause(desk.db, press.run_id, by=desk.actor, now=desk.now)
    return Done(desk.say("pushes.paused"), then=ShowRun(press.run_id))


@action(ResumeRun, role=Role.ADMIN)
def resume(press: ResumeRun, desk: Desk) -> Done:
    """On with whoever waits."""
    push_runs.resume(desk.db, press.run_id, by=desk.actor, setup=desk.setup, now=desk.now)
    return Done(desk.say("pushes.resumed"), then=ShowRun(press.run_id))


@page(AskStop, role=Role.ADMIN)
def ask_stop(press: AskStop, desk: Desk) -> Screen:
    """A stopped sending does not go on."""
    run = push_runs.get(desk.db, press.run_id)
    push = desk.db.get_one(Push, run.push_id)
    text = html("{}", desk.say("pushes.ask_stop", count=left(run), title=words.titled(push)))
    yes = Button(desk.say("pushes.stop_yes"), StopRun(run.id))
    return question(desk, text, yes=yes, no=ShowRun(run.id), path=words.to_card(push, desk))


@action(StopRun, role=Role.ADMIN)
def stop(press: StopRun, desk: Desk) -> Done:
    """Whoever waits gets nothing."""
    run = push_runs.stop(desk.db, press.run_id, by=desk.actor, now=desk.now)
    return Done(desk.say("pushes.stopped", count=run.cancelled), then=ShowRun(run.id))


@action(CancelRun, role=Role.ADMIN)
def cancel(press: CancelRun, desk: Desk) -> Done:
    """It does not begin."""
    run = push_runs.cancel(desk.db, press.run_id, by=desk.actor, now=desk.now)
    return Done(desk.say("pushes.taken_back"), then=ShowPush(run.push_id))


@action(SendLate, role=Role.ADMIN)
def send_late(press: SendLate, desk: Desk) -> Done:
    """Better late."""
    push_runs.send_late(desk.db, press.run_id, by=desk.actor, now=desk.now)
    return Done(desk.say("pushes.resumed"), then=ShowRun(press.run_id))


@page(ListPlanned, role=Role.ADMIN)
def planned(press: ListPlanned, desk: Desk) -> Screen:
    """What waits for its time or for an answer, the next one first."""
    runs = [(run, desk.db.get_one(Push, run.push_id)) for run in push_runs.ahead(desk.db, limit=SIZE)]
    entries = lines(*(_entry(number, run, push, desk) for number, (run, push) in enumerate(runs, start=1)))
    numbers = [
        Button(Words(f"{number} {words.titled(push, words.ON_BUTTON)}"), ShowRun(run.id))
        for number, (run, push) in enumerate(runs, start=1)
    ]
    head = html("<b>{}</b> · {}", desk.say("pushes.planned"), desk.setup.zone.key)
    text = paragraphs(head, entries or html("{}", desk.say("pushes.nothing_planned")))
    return Screen(text, rows_of(*numbers, width=2), words.to_list(desk))


def _entry(number: int, run: PushRun, push: Push, desk: Desk) -> Html:
    return html("{}. <b>{}</b> · {}", number, words.titled(push), words.standing(run, desk))
