"""Putting a sending together: who gets it, when, and the review that says what a press on *Send* leads to."""

from __future__ import annotations

from datetime import timedelta

from bot.admin import pushes_words as words
from bot.admin.people import called
from bot.admin.pushes_edit import expect
from bot.admin.pushes_more_presses import AskRepeat
from bot.admin.pushes_presses import (
    AskCount,
    AskTime,
    BeginSend,
    ChooseRecipients,
    ChooseTime,
    Confirm,
    PickMember,
    PickMembers,
    Review,
    SetLate,
    SetNow,
    SetRecipients,
    ShowRun,
    WriteCount,
    WriteTime,
)
from bot.services import (
    deliveries_plan,
    push_approval,
    push_runs,
    push_runs_time,
    pushes,
    pushes_list,
)
from bot.services.conversations import Incoming
from bot.services.deliveries_reasons import LeftOut
from bot.services.push_runs import LATE, RECIPIENTS
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import Html, Words, html, lines
from bot.ui.pager import SIZE, onward
from bot.ui.registry import action, page, typed
from bot.ui.screen import Button, Done, Screen, Step, rows_of
from models import Push, PushRun, User

#: From so many people on, their number has to be typed, and the sending can be taken back for a while.
LARGE = 1000
UNDO = timedelta(seconds=10)


@action(BeginSend, role=Role.ADMIN)
def begin_send(press: BeginSend, desk: Desk) -> Done:
    """The sending that this admin had begun goes on; else a new one."""
    run = push_runs.draft(desk.db, press.push_id, by=desk.actor, now=desk.now)
    return Done(then=ChooseRecipients(run.id))


def draft(run_id: int, desk: Desk) -> tuple[PushRun, Push]:
    """A sending and its push. Raises a Refusal where it is not being put together any more."""
    run = push_runs.get(desk.db, run_id)
    if run.state != "draft":
        raise Refusal(f"push.is_{run.state}")
    return run, pushes.get(desk.db, run.push_id)


@page(ChooseRecipients, role=Role.ADMIN)
def choose_recipients(press: ChooseRecipients, desk: Desk) -> Screen:
    """All members, new ones, or some; those it failed for only where there are any."""
    run, push = draft(press.run_id, desk)
    failed, unsure = pushes_list.unreached(desk.db, push.id)
    offered = [name for name in RECIPIENTS if {"failed": failed, "unsure": unsure}.get(name, True)]
    buttons = [
        Button(desk.say(f"pushes.choose_{name}"), SetRecipients(run.id, RECIPIENTS.index(name))) for name in offered
    ]
    text = lines(html("{}", desk.say("pushes.ask_recipients")), *(_meaning(name, desk) for name in offered))
    return Screen(text, rows_of(*buttons), words.to_card(push, desk))


def _meaning(recipients: str, desk: Desk) -> Html:
    return html("• {}", desk.say(f"pushes.to_{recipients}"))


@action(SetRecipients, role=Role.ADMIN)
def set_recipients(press: SetRecipients, desk: Desk) -> Done:
    """On to picking, or to the time."""
    if not 0 <= press.recipients < len(RECIPIENTS):
        raise Refusal("ui.old")
    run = push_runs.set_recipients(desk.db, press.run_id, RECIPIENTS[press.recipients], by=desk.actor)
    return Done(then=PickMembers(run.id) if run.recipients == "selected" else ChooseTime(run.id))


@page(PickMembers, role=Role.ADMIN)
def pick_members(press: PickMembers, desk: Desk) -> Screen:
    """Members by id, each to pick or unpick."""
    run, push = draft(press.run_id, desk)
    found = deliveries_plan.members_page(desk.db, run, after=press.after, size=SIZE, setup=desk.setup, now=desk.now)
    picked = push_runs.picked(desk.db, run.id)
    shown = found[:SIZE]
    more = PickMembers(run.id, shown[-1].id) if len(found) > SIZE else None
    first = PickMembers(run.id) if press.after is not None else None
    ready = rows_of(Button(desk.say("pushes.next"), ChooseTime(run.id)) if picked else None)
    text = html("{}", desk.say("pushes.ask_members" if shown else "pushes.no_members", count=len(picked)))
    buttons = rows_of(*(_member(user, picked, press) for user in shown), width=2)
    return Screen(text, (*buttons, *onward(desk, first=first, more=more), *ready), _to_recipients(run, push, desk))


def _member(user: User, picked: set[int], press: PickMembers) -> Button:
    tick = "✓ " if user.id in picked else ""
    return Button(Words(f"{tick}{called(user, words.ON_BUTTON)}"), PickMember(press.run_id, user.id, press.after))


def _to_recipients(run: PushRun, push: Push, desk: Desk) -> tuple[Step, ...]:
    return (*words.to_card(push, desk), Step(desk.say("pushes.recipients"), ChooseRecipients(run.id)))


@action(PickMember, role=Role.ADMIN)
def pick_member(press: PickMember, desk: Desk) -> Done:
    """In or out, and the same page."""
    push_runs.pick(desk.db, press.run_id, press.user_id, by=desk.actor)
    return Done(then=PickMembers(press.run_id, press.after))


@page(ChooseTime, role=Role.ADMIN)
def choose_time(press: ChooseTime, desk: Desk) -> Screen:
    """Now, or a typed time."""
    run, push = draft(press.run_id, desk)
    now = Button(desk.say("pushes.now_button"), SetNow(run.id))
    later = Button(desk.say("pushes.later_button"), AskTime(run.id))
    again = Button(desk.say("pushes.again_button"), AskRepeat(run.id))
    return Screen(html("{}", desk.say("pushes.ask_when")), ((now, later, again),), _to_recipients(run, push, desk))


@action(SetNow, role=Role.ADMIN)
def set_now(press: SetNow, desk: Desk) -> Done:
    """As soon as it is confirmed."""
    push_runs.set_time(desk.db, press.run_id, None, by=desk.actor, now=desk.now)
    return Done(then=Review(press.run_id))


@action(AskTime, role=Role.ADMIN)
def begin_time(press: AskTime, desk: Desk) -> Done:
    """The next message is the time."""
    run, _ = draft(press.run_id, desk)
    return expect(WriteTime(run.id), desk)


@page(WriteTime, role=Role.ADMIN)
def ask_time(press: WriteTime, desk: Desk) -> Screen:
    """How a time is typed, and in which zone."""
    run, push = draft(press.run_id, desk)
    text = desk.say("pushes.ask_time", zone=desk.setup.zone.key, now=desk.time(desk.now))
    cancel = Button(desk.say("ui.cancel"), ChooseTime(run.id))
    return Screen(html("{}", text), ((cancel,),), _to_recipients(run, push, desk))


@typed(WriteTime, role=Role.ADMIN)
def take_time(press: WriteTime, incoming: Incoming, desk: Desk) -> Done:
    """The time is echoed in full on the review before it counts."""
    set_typed_time(press.run_id, incoming.words, desk)
    return Done(then=Review(press.run_id))


def set_typed_time(run_id: int, typed: str, desk: Desk) -> None:
    """The time of a sending, as typed. Raises a Refusal for what is no time, or a past one."""
    due = push_runs_time.read(typed, zone=desk.setup.zone, now=desk.now, language=desk.language)
    if due is None:
        raise Refusal("pushes.no_time")
    push_runs.set_time(desk.db, run_id, due, by=desk.actor, now=desk.now)


@action(SetLate, role=Role.ADMIN)
def set_late(press: SetLate, desk: Desk) -> Done:
    """What happens after downtime."""
    if not 0 <= press.late < len(LATE):
        raise Refusal("ui.old")
    push_runs.set_late(desk.db, press.run_id, LATE[press.late], by=desk.actor)
    return Done(then=Review(press.run_id))


def forecast(run: PushRun, desk: Desk) -> tuple[int, dict[LeftOut, int]]:
    """How many would get it now, and how many are left out, by the reason."""
    counted = deliveries_plan.forecast(desk.db, run, setup=desk.setup, now=desk.now)
    return counted.get(None, 0), {why: count for why, count in counted.items() if why is not None}


@action(AskCount, role=Role.ADMIN)
def begin_count(press: AskCount, desk: Desk) -> Done:
    """The next message is the number of people."""
    run, _ = draft(press.run_id, desk)
    return expect(WriteCount(run.id), desk)


@page(WriteCount, role=Role.ADMIN)
def ask_count(press: WriteCount, desk: Desk) -> Screen:
    """Whoever sends to many types how many."""
    run, push = draft(press.run_id, desk)
    reached, _ = forecast(run, desk)
    cancel = Button(desk.say("ui.cancel"), Review(run.id))
    return Screen(html("{}", desk.say("pushes.ask_count", count=reached)), ((cancel,),), words.to_card(push, desk))


@typed(WriteCount, role=Role.ADMIN)
def take_count(press: WriteCount, incoming: Incoming, desk: Desk) -> Done:
    """The number is compared with what it is now."""
    run, _ = draft(press.run_id, desk)
    reached, _ = forecast(run, desk)
    if "".join(sign for sign in incoming.words if sign.isdigit()) != str(reached):
        raise Refusal("pushes.wrong_count", count=reached)
    return _confirmed(run.id, UNDO, reached, desk)


@action(Confirm, role=Role.ADMIN)
def confirm(press: Confirm, desk: Desk) -> Done:
    """It is planned; the number of people is looked at once more."""
    run, _ = draft(press.run_id, desk)
    reached, _ = forecast(run, desk)
    if words.changed(press.shown, reached):
        said = desk.say("pushes.changed", before=press.shown, count=reached)
        return Done(said, then=Review(run.id), alert=True)
    if reached >= LARGE:
        return begin_count(AskCount(run.id), desk)
    return _confirmed(run.id, None, reached, desk)


def _confirmed(run_id: int, undo: timedelta | None, reached: int, desk: Desk) -> Done:
    second = push_approval.needed(reached, desk.setup)
    run = push_runs.confirm(
        desk.db,
        run_id,
        undo=undo,
        expected=reached,
        approve=second,
        by=desk.actor,
        setup=desk.setup,
        now=desk.now,
    )
    if second:
        told = push_approval.ask(desk.db, run, setup=desk.setup, now=desk.now)
        return Done(desk.say("pushes.asked_second"), then=ShowRun(run.id), pending=told)
    key = "pushes.confirmed_undo" if undo and not run.due_typed else "pushes.confirmed"
    return Done(desk.say(key, when=words.when(run, desk)), then=ShowRun(run.id))
