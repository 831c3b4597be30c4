"""The emergency stop for all pushes, and the way back."""

from __future__ import annotations

from bot.admin import pushes_words as words
from bot.admin.pushes_more_presses import AskHalt, AskLift, HaltPushes, LiftHalt
from bot.admin.pushes_presses import ListPushes
from bot.services import push_halts, push_runs
from bot.services.roles import Role
from bot.ui.confirm import question
from bot.ui.desk import Desk
from bot.ui.html import html
from bot.ui.registry import action, page
from bot.ui.screen import Button, Done, Screen


@page(AskHalt, role=Role.ADMIN)
def ask_halt(press: AskHalt, desk: Desk) -> Screen:
    """What stops, in numbers."""
    running, planned = push_runs.running(desk.db), len(push_runs.ahead(desk.db))
    text = html("{}", desk.say("pushes.ask_halt", running=running, planned=planned))
    yes = Button(desk.say("pushes.halt_yes"), HaltPushes())
    return question(desk, text, yes=yes, no=ListPushes(), path=words.to_list(desk))


@action(HaltPushes, role=Role.ADMIN)
def halt(press: HaltPushes, desk: Desk) -> Done:
    """At once; what is on the wire arrives."""
    count = push_halts.halt(desk.db, by=desk.actor, now=desk.now)
    return Done(desk.say("pushes.halted", count=count), then=ListPushes())


@page(AskLift, role=Role.ADMIN)
def ask_lift(press: AskLift, desk: Desk) -> Screen:
    """What begins again by itself, and what does not."""
    text = html("{}", desk.say("pushes.ask_lift", count=push_halts.overdue(desk.db, desk.now)))
    yes = Button(desk.say("pushes.lift_yes"), LiftHalt())
    return question(desk, text, yes=yes, no=ListPushes(), path=words.to_list(desk))


@action(LiftHalt, role=Role.ADMIN)
def lift(press: LiftHalt, desk: Desk) -> Done:
    """Pushes are sent again."""
    push_halts.lift(desk.db, by=desk.actor, now=desk.now)
    return Done(desk.say("pushes.lifted"), then=ListPushes())
