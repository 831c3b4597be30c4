"""Putting a push together: its title, whom it is for, what it starts; any step again, in any order."""

from __future__ import annotations

from bot.admin import pushes_words as words
from bot.admin.pushes_content_presses import AskMessage
from bot.admin.pushes_presses import (
    AskTitle,
    ChooseBlock,
    ChooseGroups,
    ListPushes,
    SetBlock,
    SetEveryone,
    ShowPush,
    SwitchGroup,
    WriteTitle,
)
from bot.flow.schema import Flow
from bot.services import drafts, pushes, pushes_list
from bot.services.conversations import Incoming
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import Words, excerpt, html
from bot.ui.pager import SIZE, onward
from bot.ui.press import Press, pack
from bot.ui.registry import action, page, typed
from bot.ui.screen import Button, Done, Screen, rows_of
from models import Group, Push


@action(AskTitle, role=Role.ADMIN)
def begin_title(press: AskTitle, desk: Desk) -> Done:
    """The next message is the title."""
    return expect(WriteTitle(press.push_id), desk)


def expect(press: Press, desk: Desk) -> Done:
    """The next message of this admin answers the question that `press` draws."""
    drafts.put(desk.db, desk.actor.id, pack(press), {}, desk.now)
    return Done(then=press)


@page(WriteTitle, role=Role.ADMIN)
def ask_title(press: WriteTitle, desk: Desk) -> Screen:
    """What to call it; the title is for admins and is never sent."""
    path, cancel = words.to_list(desk), Button(desk.say("ui.cancel"), ListPushes())
    if press.push_id is not None:
        push = pushes.get(desk.db, press.push_id)
        path, cancel = words.to_card(push, desk), Button(desk.say("ui.cancel"), ShowPush(push.id))
    return Screen(html("{}", desk.say("pushes.ask_title")), ((cancel,),), path)


@typed(WriteTitle, role=Role.ADMIN)
def take_title(press: WriteTitle, incoming: Incoming, desk: Desk) -> Done:
    """A new push goes on to its groups; one that has all returns to its card."""
    if press.push_id is None:
        push = pushes.create(desk.db, incoming.words, by=desk.actor, setup=desk.setup, now=desk.now)
    else:
        push = pushes.rename(desk.db, press.push_id, incoming.words, by=desk.actor, now=desk.now)
    return Done(then=onward_from(push, desk))


def onward_from(push: Push, desk: Desk) -> Press:
    """The first step that is still open, else the card."""
    if not pushes.has_audience(desk.db, push):
        return ChooseGroups(push.id)
    return ChooseBlock(push.id) if push.start is None and push.content_id is None else ShowPush(push.id)


@page(ChooseGroups, role=Role.ADMIN)
def choose_groups(press: ChooseGroups, desk: Desk) -> Screen:
    """Groups to put in and take out; who is in at least one of them gets the push once."""
    push = pushes.get(desk.db, press.push_id)
    chosen = {group.id for group in pushes.groups(desk.db, push.id)}
    found, more = pushes_list.group_choices(desk.db, after=press.after, size=SIZE)
    text = html("{}", desk.say("pushes.ask_groups" if found else "pushes.no_groups"))
    first = ChooseGroups(push.id) if press.after is not None else None
    further = ChooseGroups(push.id, found[-1].id) if more else None
    everyone = Button(ticked(desk.say("pushes.everyone"), push.everyone), SetEveryone(push.id))
    ready = Button(desk.say("pushes.next"), onward_from(push, desk)) if pushes.has_audience(desk.db, push) else None
    rows = rows_of(*(_group(group, chosen, press, push) for group in found), width=2)
    turns = onward(desk, first=first, more=further)
    return Screen(text, (*rows, *turns, *rows_of(everyone, ready)), words.to_card(push, desk))


def _group(group: Group, chosen: set[int], press: ChooseGroups, push: Push) -> Button:
    label = ticked(excerpt(group.name, words.ON_BUTTON), group.id in chosen)
    return Button(label, SwitchGroup(push.id, group.id, press.after))


def ticked(label: Words, on: bool) -> Words:
    """A label with the sign of what is chosen."""
    return Words(f"✓ {label}") if on else label


@action(SwitchGroup, role=Role.ADMIN)
def switch_group(press: SwitchGroup, desk: Desk) -> Done:
    """In or out, and the choice again."""
    pushes.switch_group(desk.db, press.push_id, press.group_id, by=desk.actor, now=desk.now)
    return Done(then=ChooseGroups(press.push_id, press.after))


@action(SetEveryone, role=Role.ADMIN)
def set_everyone(press: SetEveryone, desk: Desk) -> Done:
    """For everyone, and on to the next step."""
    push = pushes.set_everyone(desk.db, press.push_id, by=desk.actor, now=desk.now)
    return Done(then=onward_from(push, desk))


@page(ChooseBlock, role=Role.ADMIN)
def choose_block(press: ChooseBlock, desk: Desk) -> Screen:
    """Blocks of the flow, those meant to be opened from outside first."""
    push = pushes.get(desk.db, press.push_id)
    blocks = _blocks(desk.setup.flow)
    shown = blocks[press.start : press.start + SIZE]
    buttons = [Button(ticked(Words(name), name == push.start), SetBlock(push.id, name)) for name in shown]
    first = ChooseBlock(push.id) if press.start else None
    more = ChooseBlock(push.id, press.start + SIZE) if blocks[press.start + SIZE :] else None
    text = html("{}", desk.say("pushes.ask_block"))
    message = Button(desk.say("pushes.own_message"), AskMessage(push.id, ""))
    rows = (*rows_of(*buttons, width=2), *onward(desk, first=first, more=more), (message,))
    return Screen(text, rows, words.to_card(push, desk))


def _blocks(flow: Flow) -> list[str]:
    return sorted(flow.blocks, key=lambda name: not flow.blocks[name].entry)


@action(SetBlock, role=Role.ADMIN)
def set_block(press: SetBlock, desk: Desk) -> Done:
    """The push starts this block; what it is stands on its card."""
    push = pushes.set_start(desk.db, press.push_id, press.block, by=desk.actor, setup=desk.setup, now=desk.now)
    return Done(then=onward_from(push, desk))
