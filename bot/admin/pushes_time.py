"""When a sending comes again, and by whose clock."""

from __future__ import annotations

from bot.admin import pushes_words as words
from bot.admin.pushes_edit import expect
from bot.admin.pushes_more_presses import AskRepeat, SetClock, SetPaid, WriteRepeat
from bot.admin.pushes_presses import ChooseTime, Review
from bot.admin.pushes_send import draft
from bot.services import push_repeats, push_runs, push_runs_time, repeats
from bot.services.conversations import Incoming
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import html
from bot.ui.registry import action, page, typed
from bot.ui.screen import Button, Done, Screen


@action(AskRepeat, role=Role.ADMIN)
def begin_repeat(press: AskRepeat, desk: Desk) -> Done:
    """The next message says when."""
    run, _ = draft(press.run_id, desk)
    return expect(WriteRepeat(run.id), desk)


@page(WriteRepeat, role=Role.ADMIN)
def ask_repeat(press: WriteRepeat, desk: Desk) -> Screen:
    """How it is written, in which zone, and what summer time does."""
    run, push = draft(press.run_id, desk)
    cancel = Button(desk.say("ui.cancel"), ChooseTime(run.id))
    text = html("{}", desk.say("pushes.ask_repeat", zone=desk.setup.zone.key))
    return Screen(text, ((cancel,),), words.to_card(push, desk))


@typed(WriteRepeat, role=Role.ADMIN)
def take_repeat(press: WriteRepeat, incoming: Incoming, desk: Desk) -> Done:
    """The next times are shown on the review before it counts."""
    set_repeat(press.run_id, incoming.words, desk)
    return Done(then=Review(press.run_id))


def set_repeat(run_id: int, written: str, desk: Desk) -> None:
    """When a draft comes again. Raises a Refusal for what cannot be read, or never comes."""
    repeat = repeats.read(written)
    upcoming = push_repeats.preview(repeat, desk.setup.zone, desk.now, 1) if repeat else []
    if repeat is None or not upcoming:
        raise Refusal("pushes.no_repeat")
    typed = f"{upcoming[0].astimezone(desk.setup.zone):{push_runs_time.WRITTEN}}"
    due = push_runs_time.settled(typed, desk.setup.zone)
    push_runs.set_time(desk.db, run_id, due, repeat=repeat, by=desk.actor, now=desk.now)


@action(SetClock, role=Role.ADMIN)
def set_clock(press: SetClock, desk: Desk) -> Done:
    """By the clock of each user, or by the bot's."""
    switch_clock(press.run_id, press.users, desk)
    return Done(then=Review(press.run_id))


def switch_clock(run_id: int, users: bool, desk: Desk) -> None:
    """The same time on other clocks. Raises a Refusal for a run without a time, or where nobody's zone is known."""
    run, _ = draft(run_id, desk)
    if run.due_typed is None:
        raise Refusal("pushes.no_time")
    if users and not desk.setup.push.zone_variable:
        raise Refusal("push.no_zones")
    due = push_runs_time.settled(run.due_typed, desk.setup.zone)
    repeat = repeats.read(run.repeat) if run.repeat else None
    clock = "user" if users else "bot"
    push_runs.set_time(desk.db, run.id, due, clock=clock, repeat=repeat, by=desk.actor, now=desk.now)


@action(SetPaid, role=Role.ADMIN)
def set_paid(press: SetPaid, desk: Desk) -> Done:
    """Faster for Stars, or slower for nothing; what it costs stands on the review."""
    push_runs.set_paid(desk.db, press.run_id, press.paid, by=desk.actor, setup=desk.setup)
    return Done(then=Review(press.run_id))
