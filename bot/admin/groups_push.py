"""A push to one group, begun from its card: the title is asked for, then the block."""

from __future__ import annotations

from bot.admin.groups import to_card
from bot.admin.groups_presses import AskPushTitle, PushToGroup, ShowGroup
from bot.admin.groups_words import NAME
from bot.admin.pushes_presses import ChooseBlock
from bot.services import drafts, groups, pushes
from bot.services.conversations import Incoming
from bot.services.pushes import Plan
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import excerpt, html, paragraphs
from bot.ui.press import pack
from bot.ui.registry import action, page, typed
from bot.ui.screen import Button, Done, Screen


@action(PushToGroup, role=Role.ADMIN)
def push_to_group(press: PushToGroup, desk: Desk) -> Done:
    """From now on the next message is the title of the push."""
    asked = AskPushTitle(groups.get(desk.db, press.group_id).id)
    drafts.put(desk.db, desk.actor.id, pack(asked), {}, desk.now)
    return Done(then=asked)


@page(AskPushTitle, role=Role.ADMIN)
def ask_title(press: AskPushTitle, desk: Desk) -> Screen:
    """What to call it; the title is for admins and is never sent."""
    group = groups.get(desk.db, press.group_id)
    head = html("<b>{}</b>", desk.say("groups.push_to", name=excerpt(group.name, NAME)))
    cancel = Button(desk.say("ui.cancel"), ShowGroup(group.id))
    return Screen(paragraphs(head, html("{}", desk.say("pushes.ask_title"))), ((cancel,),), to_card(group, desk))


@typed(AskPushTitle, role=Role.ADMIN)
def take_title(press: AskPushTitle, incoming: Incoming, desk: Desk) -> Done:
    """The push is there, for this group; which block it starts is asked next."""
    plan = Plan(groups=[groups.get(desk.db, press.group_id).id])
    push = pushes.create(desk.db, incoming.words, plan, by=desk.actor, setup=desk.setup, now=desk.now)
    return Done(then=ChooseBlock(push.id))
