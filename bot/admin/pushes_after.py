"""After a sending: the report as text, picture and file; taking it back, changing its text, why somebody got it."""

from __future__ import annotations

from bot import charts
from bot.admin import find
from bot.admin import pushes_words as words
from bot.admin.people import person
from bot.admin.presses import ShowUser
from bot.admin.pushes_after_presses import (
    AskEditSent,
    AskRecall,
    AskWhy,
    EditSent,
    Recall,
    SendFile,
    ShowPicture,
    ShowReport,
    ShowWhy,
    StopSweep,
    WriteWhy,
)
from bot.admin.pushes_edit import expect
from bot.admin.pushes_presses import ShowRun
from bot.charts.push import Bar, draw
from bot.services import push_report, push_runs, push_sweeps, users_export
from bot.services.conversations import Incoming
from bot.services.deliveries import ENDS, State
from bot.services.push_report import Report
from bot.services.pushes import LIVE
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.ui.confirm import question
from bot.ui.desk import Desk
from bot.ui.html import Html, excerpt, html, lines, paragraphs
from bot.ui.numbers import written
from bot.ui.registry import action, page, typed
from bot.ui.screen import Attachment, Button, Done, Row, Screen, Step, Style, rows_of
from models import Push, PushRun

_COLOURS = {State.SENT: "good", State.BLOCKED: "bad", State.FAILED: "bad"}


def _path(run: PushRun, desk: Desk) -> tuple[Step, ...]:
    push = desk.db.get_one(Push, run.push_id)
    way = words.to_card(push, desk) if push.deleted_at is None else words.to_list(desk)
    return (*way, Step(desk.say("pushes.sending"), ShowRun(run.id)))


@page(ShowReport, role=Role.ADMIN)
def show_report(press: ShowReport, desk: Desk) -> Screen:
    """Numbers of people: what became of them, why, how fast, and what they did."""
    run = push_runs.get(desk.db, press.run_id)
    push = desk.db.get_one(Push, run.push_id)
    found = push_report.report(desk.db, run.id, setup=desk.setup, now=desk.now)
    text = paragraphs(
        html("<b>{}</b> · {}", desk.say("pushes.report"), words.titled(push)),
        lines(words.counters(run, desk), html("{}", desk.say("pushes.of_people", count=found.audience))),
        _reasons(found, desk),
        _speed(found, desk),
        _answers(found, desk),
        _sweep(run, desk),
    )
    return Screen(text, _buttons(run, desk), _path(run, desk))


def _reasons(found: Report, desk: Desk) -> Html | None:
    shown = [
        html(
            "• {}: {} ({})",
            desk.say(f"pushes.end_{state}"),
            excerpt(reason, words.ON_SCREEN),
            written(count, desk.language),
        )
        for state, reason, count in found.reasons
    ]
    return lines(*shown) if shown else None


def _speed(found: Report, desk: Desk) -> Html | None:
    if found.seconds < 1:
        return None
    rate = written(round(found.speed, 1), desk.language)
    return html("{}", desk.say("pushes.took", time=words.lasting(found.seconds, desk), rate=rate))


def _answers(found: Report, desk: Desk) -> Html:
    clicks = [
        html("• {}: {}", excerpt(one.label, words.ON_SCREEN), written(one.people, desk.language))
        for one in found.clicks
    ]
    hours = int(push_report.WINDOW.total_seconds() // 3600)
    return lines(
        html("{}", desk.say("pushes.pressed")) if clicks else None,
        *clicks,
        html("{}", desk.say("pushes.replied", count=found.replied, hours=hours)),
        html("{}", desk.say("pushes.left_after", count=found.unsubscribed, hours=hours)),
        html("{}", desk.say("pushes.clicks_note")),
    )


def _sweep(run: PushRun, desk: Desk) -> Html | None:
    sweep = push_sweeps.of_run(desk.db, run.id)
    if sweep is None:
        return None
    done = sweep.changed + sweep.failed
    said = desk.say(f"pushes.{sweep.kind}_{sweep.state}", done=done, total=sweep.total, failed=sweep.failed)
    return lines(
        html("{}", said), html("{}", desk.say("pushes.because", reason=sweep.reason)) if sweep.reason else None
    )


def _buttons(run: PushRun, desk: Desk) -> tuple[Row, ...]:
    sweep = push_sweeps.of_run(desk.db, run.id)
    goes_on = sweep is not None and sweep.state == "going"
    over = run.state not in LIVE and not goes_on and bool(run.sent or run.unsure)
    return rows_of(
        Button(desk.say("pushes.picture"), ShowPicture(run.id)) if charts.available() else None,
        Button("CSV", SendFile(run.id, "csv")),
        Button("XLSX", SendFile(run.id, "xlsx")),
    ) + rows_of(
        Button(desk.say("pushes.recall"), AskRecall(run.id), style=Style.DANGER) if over else None,
        Button(desk.say("pushes.edit_sent"), AskEditSent(run.id)) if over and run.content_id else None,
        Button(desk.say("pushes.stop"), StopSweep(run.id)) if goes_on else None,
        Button(desk.say("pushes.why"), AskWhy(run.id)),
        Button(desk.say("pushes.refresh"), ShowReport(run.id)),
    )


@page(ShowPicture, role=Role.ADMIN)
def show_picture(press: ShowPicture, desk: Desk) -> Screen:
    """One bar for each number."""
    if not charts.available():
        raise Refusal("flow.no_charts")
    run = push_runs.get(desk.db, press.run_id)
    title = words.titled(desk.db.get_one(Push, run.push_id))
    found = push_report.report(desk.db, run.id, setup=desk.setup, now=desk.now)
    bars = _bars(found, desk)
    picture = Attachment("report.png", lambda: draw(title, bars, found.audience), picture=True)
    return Screen(html("<b>{}</b>", title), path=_path(run, desk), anew=True, attachment=picture)


def _bars(found: Report, desk: Desk) -> list[Bar]:
    def bar(label: str, people: int, colour: str) -> Bar:
        return Bar(label, people, written(people, desk.language), colour)

    ends = [end for end in ENDS if found.ends[end] or end is State.SENT]
    return [
        *(bar(desk.say(f"pushes.end_{end}"), found.ends[end], _COLOURS.get(end, "other")) for end in ends),
        *(bar(one.label, one.people, "done") for one in found.clicks),
        bar(desk.say("pushes.bar_replied"), found.replied, "done"),
        bar(desk.say("pushes.bar_left"), found.unsubscribed, "bad"),
    ]


@action(SendFile, role=Role.ADMIN)
def send_file(press: SendFile, desk: Desk) -> Done:
    """It is made beside everything else, and sent when it is ready."""
    run = push_runs.get(desk.db, press.run_id)
    users_export.ask_recipients(desk.db, run.id, press.kind, count=run.audience, by=desk.actor, now=desk.now)
    return Done(desk.say("users.export_begun"), then=ShowReport(run.id))


@page(AskRecall, role=Role.ADMIN)
def ask_recall(press: AskRecall, desk: Desk) -> Screen:
    """It goes from people's chats; who has read it has read it."""
    run = push_runs.get(desk.db, press.run_id)
    text = html("{}", desk.say("pushes.ask_recall", count=run.sent + run.unsure))
    yes = Button(desk.say("pushes.recall"), Recall(run.id))
    return question(desk, text, yes=yes, no=ShowReport(run.id), path=_path(run, desk))


@action(Recall, role=Role.ADMIN)
def recall(press: Recall, desk: Desk) -> Done:
    """It goes on by itself, also after a restart."""
    push_sweeps.recall(desk.db, press.run_id, by=desk.actor, now=desk.now)
    return Done(desk.say("pushes.sweep_begun"), then=ShowReport(press.run_id))


@page(AskEditSent, role=Role.ADMIN)
def ask_edit(press: AskEditSent, desk: Desk) -> Screen:
    """The messages people have become what the push says now."""
    run = push_runs.get(desk.db, press.run_id)
    push = desk.db.get_one(Push, run.push_id)
    text = html("{}", desk.say("pushes.ask_edit_sent", count=run.sent + run.unsure, revision=push.revision))
    yes = Button(desk.say("pushes.edit_sent"), EditSent(run.id))
    return question(desk, text, yes=yes, no=ShowReport(run.id), path=_path(run, desk))


@action(EditSent, role=Role.ADMIN)
def edit_sent(press: EditSent, desk: Desk) -> Done:
    """It goes on by itself, also after a restart."""
    push_sweeps.edit(desk.db, press.run_id, by=desk.actor, now=desk.now)
    return Done(desk.say("pushes.sweep_begun"), then=ShowReport(press.run_id))


@action(StopSweep, role=Role.ADMIN)
def stop_sweep(press: StopSweep, desk: Desk) -> Done:
    """The others stay as they are."""
    push_sweeps.stop(desk.db, press.run_id, by=desk.actor, now=desk.now)
    return Done(then=ShowReport(press.run_id))


@action(AskWhy, role=Role.ADMIN)
def begin_why(press: AskWhy, desk: Desk) -> Done:
    """The next message names a user."""
    return expect(WriteWhy(push_runs.get(desk.db, press.run_id).id), desk)


@page(WriteWhy, role=Role.ADMIN)
def ask_why(press: WriteWhy, desk: Desk) -> Screen:
    """Whose part?"""
    run = push_runs.get(desk.db, press.run_id)
    cancel = Button(desk.say("ui.cancel"), ShowReport(run.id))
    return Screen(html("{}", desk.say("pushes.ask_why")), ((cancel,),), _path(run, desk))


@typed(WriteWhy, role=Role.ADMIN)
def take_why(press: WriteWhy, incoming: Incoming, desk: Desk) -> Done:
    """The answer is a page of its own, so it can be looked at again."""
    number = incoming.words.strip()
    if not number.isdigit():
        raise Refusal("refusals.unknown_user", user=excerpt(number, words.ON_SCREEN))
    return Done(then=ShowWhy(press.run_id, find.known(desk, int(number)).id))


@page(ShowWhy, role=Role.ADMIN)
def show_why(press: ShowWhy, desk: Desk) -> Screen:
    """What the ledger says of one user, or why there is no row of theirs."""
    run = push_runs.get(desk.db, press.run_id)
    user = find.known(desk, press.user_id)
    found = push_report.why(desk.db, run.id, user.id, setup=desk.setup, now=desk.now)
    text = paragraphs(
        person(user),
        html("{}", desk.say(f"pushes.why_{found.key}")),
        html("{}", desk.say("pushes.because", reason=found.reason)) if found.reason else None,
        html("{}", desk.time(found.at)) if found.at else None,
    )
    again = (Button(desk.say("pushes.why"), AskWhy(run.id)), Button(desk.say("pushes.user"), ShowUser(user.id)))
    return Screen(text, (again,), _path(run, desk))
