"""Which group is the staff group: what holds, choosing one with two taps, and doing without."""

from __future__ import annotations

from bot.flow.content import Content, Option
from bot.flow.markup import escape
from bot.services import outgoing, support_group
from bot.services.roles import Role
from bot.ui.confirm import question
from bot.ui.desk import Desk
from bot.ui.html import html, lines, paragraphs
from bot.ui.press import Press, press
from bot.ui.registry import action, command, page
from bot.ui.screen import Button, Done, Screen, Step, rows_of

#: What the keyboard's button shares (`bot.compose`).
SHARE = "staff_group"


@press("sg")
class ShowStaffGroup(Press):
    """Which group is the staff group."""


@press("sgc")
class AskStaffGroup(Press):
    """Bring the keyboard with which a group is chosen."""


@press("sgq")
class AskNoStaffGroup(Press):
    """Ask before requests go to staff directly."""


@press("sgo")
class DropStaffGroup(Press):
    """Requests go to staff directly from now on."""


@page(ShowStaffGroup, role=Role.OWNER)
def staff_group(press: ShowStaffGroup, desk: Desk) -> Screen:
    """The group, whether it works, and the way to another one."""
    group_id = desk.setup.support.group_id
    known = support_group.state(desk.db, group_id) if group_id else None
    holds = desk.say("support_topics.is_on", group=str(group_id)) if group_id else desk.say("support_topics.is_off")
    lost = None
    if known is not None and known.lost_at is not None:
        since = desk.time(known.lost_at)
        lost = html("{}", desk.say("support_topics.is_lost", since=since, reason=known.reason or ""))
    label = "support_topics.other" if group_id else "support_topics.choose"
    off = Button(desk.say("support_topics.off"), AskNoStaffGroup()) if group_id else None
    rows = rows_of(Button(desk.say(label), AskStaffGroup()), off, width=1)
    head = html("<b>{}</b>", desk.say("support_topics.title"))
    return Screen(paragraphs(head, lines(html("{}", holds), lost)), rows)


@action(AskStaffGroup, role=Role.OWNER)
def ask_staff_group(press: AskStaffGroup, desk: Desk) -> Done:
    """A keyboard stands where the letters were; the client lets in the bot with the rights that it needs."""
    button = Option(desk.say("support_topics.choose"), share=SHARE)
    asks = Content(text=escape(desk.say("support_topics.ask")), rows=((button,),))
    outgoing.queue(desk.db, desk.actor.id, asks, author="system", now=desk.now)
    return Done(pending=frozenset({desk.actor.id}))


@page(AskNoStaffGroup, role=Role.OWNER)
def ask_no_staff_group(press: AskNoStaffGroup, desk: Desk) -> Screen:
    """What it means to have no group."""
    text = html("{}", desk.say("support_topics.ask_off"))
    yes = Button(desk.say("support_topics.off_yes"), DropStaffGroup())
    path = (Step(desk.say("support_topics.title"), ShowStaffGroup()),)
    return question(desk, text, yes=yes, no=ShowStaffGroup(), path=path)


@action(DropStaffGroup, role=Role.OWNER)
def drop_staff_group(press: DropStaffGroup, desk: Desk) -> Done:
    """The setting says so, whatever the config has."""
    support_group.choose(desk.db, 0, by=desk.actor, setup=desk.setup, now=desk.now)
    return Done(desk.say("support_topics.switched_off"), then=ShowStaffGroup())


@command("staffgroup", role=Role.OWNER, usage="/staffgroup", example="/staffgroup")
def staff_group_command(arguments: str, desk: Desk) -> Done:
    """Which group is the staff group."""
    return Done(then=ShowStaffGroup())
