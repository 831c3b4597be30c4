"""Inviting staff and admins with a link, taking it back, opening it; claiming the bot."""

from __future__ import annotations

from bot.admin.presses import ListStaff
from bot.services import invitations, users_reach
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import Html, excerpt, html, lines, paragraphs
from bot.ui.press import Press, press
from bot.ui.registry import action, link, page
from bot.ui.screen import Button, Done, Screen, Step, rows_of
from models import Invitation

#: What the parameter of a link begins with: an invitation, the code for the first owner.
INVITATION, CLAIM = "i_", "o_"


@press("iv")
class ListInvitations(Press):
    """Links that still work."""


@press("ivs")
class InviteStaff(Press):
    """Make a link that makes somebody staff."""


@press("iva")
class InviteAdmin(Press):
    """Make a link that makes somebody an admin."""


@press("ivl")
class ShowInvitation(Press):
    """A link that was made just now."""

    number: int


@press("ivx")
class WithdrawInvitation(Press):
    """Let a link work no more."""

    invitation_id: int


@page(ListInvitations, role=Role.ADMIN)
def pending(press: ListInvitations, desk: Desk) -> Screen:
    """Who made them, for what, until when."""
    found = invitations.pending(desk.db, desk.now)
    entries = [_entry(number, one, desk) for number, one in enumerate(found, 1)]
    shown = lines(*entries) if entries else html("{}", desk.say("staff.no_invitations"))
    text = paragraphs(html("<b>{}</b>", desk.say("staff.invitations")), shown, html("{}", desk.say("staff.invite_how")))
    gone = [Button(f"✕ {number}", WithdrawInvitation(one.id)) for number, one in enumerate(found, 1)]
    staff = Button(desk.say("staff.invite_staff"), InviteStaff())
    admin = Button(desk.say("staff.invite_admin"), InviteAdmin()) if desk.actor.role >= Role.OWNER else None
    return Screen(text, (*rows_of(*gone), *rows_of(staff, admin)), _path(desk))


def _entry(number: int, one: Invitation, desk: Desk) -> Html:
    who = excerpt(users_reach.name(desk.db, one.created_by), 24)
    until = desk.time(one.expires_at)
    return html("{}. {}", number, desk.say(f"staff.invitation_{one.role}", who=who, until=until))


def _path(desk: Desk) -> tuple[Step, ...]:
    return (Step(desk.say("staff.title"), ListStaff()),)


@action(InviteStaff, role=Role.ADMIN)
def invite_staff(press: InviteStaff, desk: Desk) -> Done:
    """One link, for one person."""
    return Done(then=ShowInvitation(invitations.invite(desk.db, "staff", by=desk.actor, now=desk.now)))


@action(InviteAdmin, role=Role.OWNER)
def invite_admin(press: InviteAdmin, desk: Desk) -> Done:
    """One link, for one person."""
    return Done(then=ShowInvitation(invitations.invite(desk.db, "admin", by=desk.actor, now=desk.now)))


@page(ShowInvitation, role=Role.ADMIN)
def show(press: ShowInvitation, desk: Desk) -> Screen:
    """The link, as long as it works; nobody keeps it, so a restart hides it for good."""
    step = Step(desk.say("staff.invitations"), ListInvitations())
    secret = invitations.secret_if_open(desk.db, press.number, desk.now)
    if secret is None:
        return Screen(html("{}", desk.say("staff.invitation_gone")), (), (*_path(desk), step))
    address = f"https://t.me/{desk.setup.bot_username}?start={INVITATION}{secret}"
    copy = Button(desk.say("staff.copy_link"), copy=address)
    text = paragraphs(html("{}", desk.say("staff.invitation_made")), html("<code>{}</code>", address))
    return Screen(text, ((copy,),), (*_path(desk), step))


@action(WithdrawInvitation, role=Role.ADMIN)
def withdraw(press: WithdrawInvitation, desk: Desk) -> Done:
    """It works no more."""
    gone = invitations.withdraw(desk.db, press.invitation_id, by=desk.actor, now=desk.now)
    return Done(desk.say("staff.withdrawn") if gone else desk.say("staff.invitation_gone"), then=ListInvitations())


@link(INVITATION, role=Role.USER)
def opened(rest: str, desk: Desk) -> Done:
    """Whoever opens a link that works has its role at once."""
    role = invitations.redeem(desk.db, rest, by=desk.actor, now=desk.now)
    if role is None:
        return Done(desk.say("staff.invitation_wrong"))
    return Done(desk.say("staff.welcome", role=desk.say(f"roles.{role.name.lower()}")))


@link(CLAIM, role=Role.USER)
def claimed(rest: str, desk: Desk) -> Done:
    """Whoever can read the console owns the bot."""
    if not invitations.claim(desk.db, rest, by=desk.actor, setup=desk.setup, now=desk.now):
        return Done(desk.say("staff.invitation_wrong"))
    return Done(desk.say("staff.welcome", role=desk.say("roles.owner")))
