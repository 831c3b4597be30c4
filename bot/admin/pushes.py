"""The list of pushes, and the card of each: what it is, how it stands, and what can be done with it."""

from __future__ import annotations

from bot.admin import pushes_words as words
from bot.admin.pushes_content import details, summary
from bot.admin.pushes_content_presses import Duplicate, ShowMessage, ShowOptions
from bot.admin.pushes_more_presses import AskHalt, AskLift, ChooseAudience, ListRuns
from bot.admin.pushes_presses import (
    AskDelete,
    AskTitle,
    BeginSend,
    ChooseBlock,
    ChooseGroups,
    DeletePush,
    ListPlanned,
    ListPushes,
    Preview,
    ShowPush,
    ShowRun,
)
from bot.services import push_content, push_halts, push_runs, pushes, pushes_list, pushes_preview
from bot.services.pushes_list import Entry
from bot.services.roles import Role
from bot.ui.confirm import question
from bot.ui.desk import Desk
from bot.ui.html import Html, Words, html, lines, paragraphs
from bot.ui.pager import SIZE, onward
from bot.ui.registry import action, page
from bot.ui.screen import Button, Done, Row, Screen, Style, rows_of
from models import Push, PushRun


@page(ListPushes, role=Role.ADMIN)
def push_list(press: ListPushes, desk: Desk) -> Screen:
    """Pushes, newest first, each with how it stands; a number opens the card."""
    found = pushes_list.page(desk.db, before=press.before, size=SIZE)
    head = html("<b>{}</b> · {}", desk.say("pushes.title"), desk.say("pushes.count", count=pushes_list.count(desk.db)))
    entries = lines(*(_entry(number, entry, desk) for number, entry in enumerate(found.entries, start=1)))
    numbers = [
        Button(Words(f"{number} {words.titled(entry.push, words.ON_BUTTON)}"), ShowPush(entry.push.id))
        for number, entry in enumerate(found.entries, start=1)
    ]
    first = ListPushes() if press.before is not None else None
    more = ListPushes(found.entries[-1].push.id) if found.more else None
    return Screen(
        paragraphs(head, _halted(desk), entries or html("{}", desk.say("pushes.none"))),
        (*rows_of(*numbers, width=2), *onward(desk, first=first, more=more), _doors(desk)),
    )


def _halted(desk: Desk) -> Html | None:
    """That nothing is sent at all, and since when."""
    halt = push_halts.halted(desk.db)
    return html("<b>{}</b>", desk.say("pushes.halted_since", time=desk.time(halt.since))) if halt else None


def _entry(number: int, entry: Entry, desk: Desk) -> Html:
    return html("{}. <b>{}</b> · {}", number, words.titled(entry.push), words.standing(entry.run, desk))


def _doors(desk: Desk) -> Row:
    new = Button(desk.say("pushes.new"), AskTitle())
    planned = (Button(desk.say("pushes.planned"), ListPlanned()),) if push_runs.ahead(desk.db, limit=1) else ()
    if push_halts.halted(desk.db):
        return (new, *planned, Button(desk.say("pushes.lift"), AskLift(), style=Style.SUCCESS))
    busy = push_runs.running(desk.db) or planned
    return (new, *planned, *((Button(desk.say("pushes.halt"), AskHalt(), style=Style.DANGER),) if busy else ()))


@page(ShowPush, role=Role.ADMIN)
def push_card(press: ShowPush, desk: Desk) -> Screen:
    """What the push is; *Send* only once nothing is missing."""
    push = pushes.get(desk.db, press.push_id)
    run = pushes_list.run_that_matters(desk.db, push.id)
    text = paragraphs(
        html("<b>{}</b>", words.titled(push)),
        lines(
            html("{}", desk.say("pushes.for", audience=words.audience(push, desk))),
            summary(push, desk),
            details(push, desk),
            html("{}", words.standing(run, desk)),
        ),
        html("{}", missing) if (missing := _missing(push, desk)) else None,
    )
    return Screen(text, _buttons(push, run, desk), words.to_list(desk))


def _missing(push: Push, desk: Desk) -> Words | None:
    """What has to be said before the push can be sent."""
    if not pushes.has_audience(desk.db, push):
        return desk.say("push.no_audience")
    fault = push_content.missing(desk.db, push, desk.setup)
    return desk.say(fault.key, **fault.values) if fault else None


def _buttons(push: Push, run: PushRun | None, desk: Desk) -> tuple[Row, ...]:
    ready = _missing(push, desk) is None
    complete = push_content.missing(desk.db, push, desk.setup) is None
    return rows_of(
        Button(desk.say("pushes.send"), BeginSend(push.id), style=Style.PRIMARY) if ready else None,
        Button(desk.say("pushes.preview"), Preview(push.id)) if complete else None,
        Button(desk.say("pushes.sending"), ShowRun(run.id)) if run else None,
        Button(desk.say("pushes.history"), ListRuns(push.id)) if run else None,
    ) + rows_of(
        Button(desk.say("pushes.edit_title"), AskTitle(push.id)),
        Button(desk.say("pushes.edit_groups"), ChooseGroups(push.id)),
        Button(desk.say("pushes.audience_head"), ChooseAudience(push.id)),
        Button(desk.say("pushes.edit_block"), ChooseBlock(push.id)),
        Button(desk.say("pushes.message"), ShowMessage(push.id)),
        Button(desk.say("pushes.edit_options"), ShowOptions(push.id)),
        Button(desk.say("pushes.duplicate"), Duplicate(push.id)),
        Button(desk.say("pushes.delete"), AskDelete(push.id)),
    )


@action(Preview, role=Role.ADMIN)
def preview(press: Preview, desk: Desk) -> Done:
    """The real thing, to the admin alone."""
    told = pushes_preview.preview(desk.db, press.push_id, by=desk.actor, setup=desk.setup, now=desk.now)
    return Done(desk.say("pushes.previewed"), pending=told)


@page(AskDelete, role=Role.ADMIN)
def ask_delete(press: AskDelete, desk: Desk) -> Screen:
    """What goes with a push, and what stays."""
    push = pushes.get(desk.db, press.push_id)
    planned = push_runs.ahead(desk.db, push.id)
    consequence = lines(
        html("{}", desk.say("pushes.ask_delete", title=words.titled(push))),
        html("{}", desk.say("pushes.ask_delete_planned", count=len(planned), when=words.when(planned[0], desk)))
        if planned
        else None,
    )
    yes = Button(desk.say("pushes.delete_yes"), DeletePush(push.id))
    return question(desk, consequence, yes=yes, no=ShowPush(push.id), path=words.to_card(push, desk))


@action(DeletePush, role=Role.ADMIN)
def delete(press: DeletePush, desk: Desk) -> Done:
    """It is gone from the list; what it sent stays in the log."""
    push = pushes.delete(desk.db, press.push_id, by=desk.actor, now=desk.now)
    return Done(desk.say("pushes.deleted", title=words.titled(push)), then=ListPushes())
