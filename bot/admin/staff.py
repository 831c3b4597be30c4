"""The people behind the desk: who gets support messages, who is an admin; and the switches for both."""

from __future__ import annotations

from bot.admin import find
from bot.admin.invitations import ListInvitations
from bot.admin.people import called, numbered, person
from bot.admin.presses import AskAdmin, AskSupportOff, ListStaff, SetAdmin, ShowUser, SwitchSupport
from bot.services import roles, staff, users
from bot.services.roles import Role
from bot.ui.confirm import question
from bot.ui.desk import Desk
from bot.ui.html import Html, Words, html, lines, paragraphs
from bot.ui.pager import SIZE, onward
from bot.ui.registry import BadArguments, action, command, page
from bot.ui.screen import Button, Done, Screen, Step, rows_of
from models import User


@page(ListStaff, role=Role.ADMIN)
def staff_list(press: ListStaff, desk: Desk) -> Screen:
    """Staff, admins and owners; a number opens the card with the switches."""
    found = staff.page(desk.db, desk.setup.owners, after=press.after, size=SIZE)
    entries = [_entry(number, user, desk) for number, user in enumerate(found.people, start=1)]
    text = paragraphs(html("<b>{}</b>", desk.say("staff.title")), lines(*entries), html("{}", desk.say("staff.how")))
    numbers = [Button(numbered(number, user), ShowUser(user.id)) for number, user in enumerate(found.people, 1)]
    more = ListStaff(found.people[-1].id) if found.more else None
    turns = onward(desk, first=ListStaff() if press.after is not None else None, more=more)
    return Screen(text, (*rows_of(*numbers), *turns, (Button(desk.say("staff.invitations"), ListInvitations()),)))


def _entry(number: int, user: User, desk: Desk) -> Html:
    flags = [
        desk.say("roles.owner") if user.id in desk.setup.owners or user.role == "owner" else None,
        desk.say("roles.admin") if user.role == "admin" else None,
        desk.say("staff.support_on") if user.support_since else None,
        _away(user, desk),
        desk.say("users.blocked") if user.blocked_at else None,
    ]
    return html("{}. {} · {}", number, person(user), ", ".join(flag for flag in flags if flag))


def _away(user: User, desk: Desk) -> Words | None:
    """Whether requests go to the others for a while."""
    if user.off_duty_since is None:
        return None
    if user.off_duty_until is None:
        return desk.say("support_time.is_away")
    return desk.say("support_time.is_away_until", time=desk.short_time(user.off_duty_until))


@page(AskSupportOff, role=Role.ADMIN)
def ask_support_off(press: AskSupportOff, desk: Desk) -> Screen:
    """What it means to get no support messages any more."""
    user = find.known(desk, press.user_id)
    text = html("{}", desk.say("staff.ask_support_off", name=called(user)))
    yes = Button(desk.say("staff.support_off_yes"), SwitchSupport(user.id, on=False))
    return question(desk, text, yes=yes, no=ShowUser(user.id), path=_to_card(user, desk))


@action(SwitchSupport, role=Role.ADMIN)
def switch_support(press: SwitchSupport, desk: Desk) -> Done:
    """Support messages on or off; on makes somebody staff."""
    users.switch_support(desk.db, press.user_id, press.on, by=desk.actor, now=desk.now)
    key = "staff.support_is_on" if press.on else "staff.support_is_off"
    return Done(desk.say(key, name=called(find.known(desk, press.user_id))), then=ShowUser(press.user_id))


@page(AskAdmin, role=Role.OWNER)
def ask_admin(press: AskAdmin, desk: Desk) -> Screen:
    """What an admin may do, before somebody becomes one or ceases to be one."""
    user = find.known(desk, press.user_id)
    key, label = ("staff.ask_admin", "staff.admin_yes") if press.on else ("staff.ask_no_admin", "staff.no_admin_yes")
    yes = Button(desk.say(label), SetAdmin(user.id, press.on))
    text = html("{}", desk.say(key, name=called(user)))
    return question(desk, text, yes=yes, no=ShowUser(user.id), path=_to_card(user, desk))


@action(SetAdmin, role=Role.OWNER)
def set_admin(press: SetAdmin, desk: Desk) -> Done:
    """Make somebody an admin, or end that."""
    roles.set_admin(desk.db, press.user_id, press.on, by=desk.actor, now=desk.now)
    key = "staff.is_admin" if press.on else "staff.no_admin"
    return Done(desk.say(key, name=called(find.known(desk, press.user_id))), then=ShowUser(press.user_id))


@command("staff", role=Role.ADMIN, usage="/staff [on | off | admin | user <id or @name>]", example="/staff on @sara")
def staff_command(arguments: str, desk: Desk) -> Done:
    """The list; or a switch for one person, which asks before it takes something away."""
    if not arguments:
        return Done(then=ListStaff())
    what, _, whom = arguments.partition(" ")
    if what not in ("on", "off", "admin", "user") or not whom.strip():
        raise BadArguments
    user = find.one(desk, whom)
    if what == "on":
        return switch_support(SwitchSupport(user.id, on=True), desk)
    return Done(then=AskSupportOff(user.id) if what == "off" else AskAdmin(user.id, on=what == "admin"))


def _to_card(user: User, desk: Desk) -> tuple[Step, ...]:
    return (Step(desk.say("staff.title"), ListStaff()), Step(called(user), ShowUser(user.id)))
