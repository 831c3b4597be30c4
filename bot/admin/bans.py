"""Muting and banning a user from the card: how long, what it means, and undoing it."""

from __future__ import annotations

from datetime import timedelta

from bot.admin import find
from bot.admin.people import called
from bot.admin.presses import ShowUser
from bot.admin.user_presses import AskBan, LiftBan, PutBan
from bot.services import bans, users
from bot.services.bans import Ban
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import Words, html, name
from bot.ui.registry import BadArguments, action, command, page
from bot.ui.screen import Button, Done, Screen, Step, Style, rows_of
from models import User

#: For how many hours somebody can be muted or banned; 0: until it is lifted.
HOURS = (1, 24, 24 * 7, 0)


def restriction(user: User, desk: Desk) -> Words | None:
    """What is taken from this user, since when, by whom and until when."""
    found = bans.of(user)
    if found is None:
        return None
    who = name(users.name(desk.db, found.by)) if found.by is not None else "—"
    said = desk.say(f"bans.{found.ban}", since=desk.time(found.since), who=who)
    return Words(said + (desk.say("bans.until", until=desk.time(found.until)) if found.until else ""))


def ban_button(user: User, desk: Desk) -> Button | None:
    """The way to muting and banning, or to the undoing."""
    if bans.of(user) is not None:
        return Button(desk.say("bans.lift"), LiftBan(user.id), style=Style.SUCCESS)
    return Button(desk.say("bans.button"), AskBan(user.id))


@page(AskBan, role=Role.STAFF)
def ask_ban(press: AskBan, desk: Desk) -> Screen:
    """What muting and what banning means, and for how long."""
    user = find.known(desk, press.user_id)
    rows = [
        row
        for ban in Ban
        for row in rows_of(*(Button(_label(ban, hours, desk), PutBan(user.id, ban, hours)) for hours in HOURS), width=2)
    ]
    text = html("{}", desk.say("bans.ask", name=called(user)))
    return Screen(text, tuple(rows), (Step(called(user), ShowUser(user.id)),))


def _label(ban: Ban, hours: int, desk: Desk) -> str:
    return desk.say(f"bans.{ban}_for", span=desk.say(f"bans.span_{hours}"))


@action(PutBan, role=Role.STAFF)
def put_ban(press: PutBan, desk: Desk) -> Done:
    """It counts from this moment on; the card has the way back."""
    if press.ban not in list(Ban) or press.hours not in HOURS:
        raise Refusal("ui.old")
    lasts = timedelta(hours=press.hours) if press.hours else None
    pending = bans.restrict(
        desk.db, press.user_id, Ban(press.ban), lasts=lasts, by=desk.actor, setup=desk.setup, now=desk.now
    )
    user = find.known(desk, press.user_id)
    return Done(desk.say(f"bans.now_{press.ban}", name=called(user)), then=ShowUser(user.id), pending=pending)


@action(LiftBan, role=Role.STAFF)
def lift_ban(press: LiftBan, desk: Desk) -> Done:
    """Everything is as it was."""
    bans.lift(desk.db, press.user_id, by=desk.actor, now=desk.now)
    user = find.known(desk, press.user_id)
    return Done(desk.say("bans.lifted", name=called(user)), then=ShowUser(user.id))


@command("ban", role=Role.STAFF, usage="/ban <id or @name> [off]", example="/ban 42")
def ban_command(arguments: str, desk: Desk) -> Done:
    """Asks how and for how long; off undoes it."""
    whom, _, off = arguments.rpartition(" ") if arguments.endswith(" off") else (arguments, "", "")
    if not whom:
        raise BadArguments
    user = find.one(desk, whom)
    return lift_ban(LiftBan(user.id), desk) if off else Done(then=AskBan(user.id))
