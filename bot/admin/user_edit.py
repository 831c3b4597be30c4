"""Changing what is known of a user: variables by their type, tags; and moving them to another block."""

from __future__ import annotations

from zlib import crc32

from bot.admin import find
from bot.admin.facts import fact
from bot.admin.people import called, person
from bot.admin.presses import ShowUser, ShowVariables
from bot.admin.user_more import steps
from bot.admin.user_presses import (
    AddTag,
    AskMove,
    AskTag,
    AskVariable,
    ClearVariable,
    DropTag,
    EditVariable,
    MoveUser,
    PickBlock,
    PickVariable,
    ShowTags,
)
from bot.services import drafts, users_move, variables, variables_edit
from bot.services.conversations import Incoming
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.ui.confirm import question
from bot.ui.desk import Desk
from bot.ui.html import Words, excerpt, html, lines, paragraphs
from bot.ui.pager import onward
from bot.ui.press import Press, pack
from bot.ui.registry import action, page, typed
from bot.ui.screen import Button, Done, Row, Screen, rows_of

#: Buttons on one screen; characters of a label, and of a value.
_OFFERED, _LABEL, _VALUE = 14, 18, 200


@page(PickVariable, role=Role.ADMIN)
def pick_variable(press: PickVariable, desk: Desk) -> Screen:
    """Which one is to be changed?"""
    user, names = find.known(desk, press.user_id), sorted(desk.setup.flow.variables)
    start = max(press.start, 0)
    buttons = [Button(_label(name, desk), EditVariable(user.id, name)) for name in names[start : start + _OFFERED]]
    turns = _turns(desk, len(names), start, PickVariable(user.id), PickVariable(user.id, start + _OFFERED))
    text = paragraphs(person(user), html("{}", desk.say("user.pick_variable" if names else "user.no_variables")))
    return Screen(text, (*rows_of(*buttons, width=2), *turns), steps(user, desk))


def _turns(desk: Desk, count: int, start: int, first: Press, more: Press) -> tuple[Row, ...]:
    return onward(desk, first=first if start else None, more=more if start + _OFFERED < count else None)


def _label(name: str, desk: Desk) -> Words:
    declared = desk.setup.flow.variables.get(name)
    return excerpt((declared and declared.label) or name, _LABEL)


@action(EditVariable, role=Role.ADMIN)
def edit_variable(press: EditVariable, desk: Desk) -> Done:
    """From now on the next message is the value."""
    find.known(desk, press.user_id)
    variables_edit.declared(press.name, desk.setup)
    return _expect(AskVariable(press.user_id, press.name), desk)


def _expect(press: Press, desk: Desk) -> Done:
    drafts.put(desk.db, desk.actor.id, pack(press), {}, desk.now)
    return Done(then=press)


@page(AskVariable, role=Role.ADMIN)
def ask_variable(press: AskVariable, desk: Desk) -> Screen:
    """What it is now, and what it shall be."""
    user, variable = find.known(desk, press.user_id), variables_edit.declared(press.name, desk.setup)
    known = variables.values(desk.db, user.id).get(press.name)
    value = excerpt(fact(known, desk), _VALUE) if known is not None else desk.say("groups.not_known")
    asked = desk.say(f"user.ask_{variable.type}", name=_label(press.name, desk))
    clear = Button(desk.say("user.clear"), ClearVariable(user.id, press.name)) if known is not None else None
    text = paragraphs(person(user), html("<b>{}</b>: {}", _label(press.name, desk), value), html("{}", asked))
    return Screen(text, rows_of(clear), steps(user, desk))


@typed(AskVariable, role=Role.ADMIN)
def take_variable(press: AskVariable, incoming: Incoming, desk: Desk) -> Done:
    """The value is read by the type of the variable; what does not fit is asked for again."""
    written = incoming.words
    changed = variables_edit.change(
        desk.db, press.user_id, press.name, written, by=desk.actor, setup=desk.setup, now=desk.now
    )
    said = desk.say("user.variable_set", name=_label(press.name, desk), value=excerpt(str(changed.value), _LABEL))
    return Done(said, then=ShowVariables(press.user_id), pending=changed.pending)


@action(ClearVariable, role=Role.ADMIN)
def clear_variable(press: ClearVariable, desk: Desk) -> Done:
    """It is not known any more."""
    drafts.clear(desk.db, desk.actor.id)
    variables_edit.clear(desk.db, press.user_id, press.name, by=desk.actor, setup=desk.setup, now=desk.now)
    return Done(desk.say("user.variable_gone", name=_label(press.name, desk)), then=ShowVariables(press.user_id))


@page(ShowTags, role=Role.STAFF)
def show_tags(press: ShowTags, desk: Desk) -> Screen:
    """A button takes a tag away."""
    user = find.known(desk, press.user_id)
    tags, start = variables_edit.tags(desk.db, user.id), max(press.start, 0)
    drops = [
        Button(Words(f"✕ {excerpt(tag, _LABEL)}"), DropTag(user.id, place, _mark(tag)))
        for place, tag in list(enumerate(tags))[start : start + _OFFERED]
    ]
    turns = _turns(desk, len(tags), start, ShowTags(user.id), ShowTags(user.id, start + _OFFERED))
    add = (Button(desk.say("user.add_tag"), AddTag(user.id)),)
    text = lines(person(user), html("{}", desk.say("user.has_tags" if tags else "user.has_no_tags")))
    return Screen(text, (*rows_of(*drops, width=2), *turns, add), steps(user, desk))


def _mark(text: str) -> int:
    """Tells whether what stands at a place is still what was seen there."""
    return crc32(text.encode())


@action(AddTag, role=Role.STAFF)
def add_tag(press: AddTag, desk: Desk) -> Done:
    """From now on the next message is the tag."""
    find.known(desk, press.user_id)
    return _expect(AskTag(press.user_id), desk)


@page(AskTag, role=Role.STAFF)
def ask_tag(press: AskTag, desk: Desk) -> Screen:
    """Which tag?"""
    user = find.known(desk, press.user_id)
    return Screen(paragraphs(person(user), html("{}", desk.say("user.ask_tag"))), path=steps(user, desk))


@typed(AskTag, role=Role.STAFF)
def take_tag(press: AskTag, incoming: Incoming, desk: Desk) -> Done:
    """The tag is there from now on."""
    variables_edit.tag(desk.db, press.user_id, incoming.words, by=desk.actor, now=desk.now)
    return Done(then=ShowTags(press.user_id))


@action(DropTag, role=Role.STAFF)
def drop_tag(press: DropTag, desk: Desk) -> Done:
    """The tag is gone, if it is the one that was seen."""
    tags = variables_edit.tags(desk.db, press.user_id)
    if not 0 <= press.place < len(tags) or _mark(tags[press.place]) != press.mark:
        raise Refusal("ui.old")
    variables_edit.untag(desk.db, press.user_id, tags[press.place], by=desk.actor, now=desk.now)
    return Done(then=ShowTags(press.user_id))


@page(PickBlock, role=Role.ADMIN)
def pick_block(press: PickBlock, desk: Desk) -> Screen:
    """Where to?"""
    user, blocks = find.known(desk, press.user_id), _blocks(desk)
    start = max(press.start, 0)
    shown = list(enumerate(blocks))[start : start + _OFFERED]
    buttons = [Button(excerpt(name, _LABEL), AskMove(user.id, place)) for place, name in shown]
    turns = _turns(desk, len(blocks), start, PickBlock(user.id), PickBlock(user.id, start + _OFFERED))
    text = paragraphs(person(user), html("{}", desk.say("user.pick_block")))
    return Screen(text, (*rows_of(*buttons, width=2), *turns), steps(user, desk))


def _blocks(desk: Desk) -> list[str]:
    return list(desk.setup.flow.blocks)


def _block(place: int, desk: Desk) -> str:
    blocks = _blocks(desk)
    if not 0 <= place < len(blocks):
        raise Refusal("ui.old")
    return blocks[place]


@page(AskMove, role=Role.ADMIN)
def ask_move(press: AskMove, desk: Desk) -> Screen:
    """What it means for them."""
    user, block = find.known(desk, press.user_id), _block(press.place, desk)
    text = html("{}", desk.say("user.ask_move", name=called(user), block=block))
    yes = Button(desk.say("user.move_yes"), MoveUser(user.id, press.place, _mark(block)))
    return question(desk, text, yes=yes, no=PickBlock(user.id), path=steps(user, desk))


@action(MoveUser, role=Role.ADMIN)
def move(press: MoveUser, desk: Desk) -> Done:
    """The block speaks to them at once."""
    block = _block(press.place, desk)
    if _mark(block) != press.mark:
        raise Refusal("ui.old")
    pending = users_move.move(desk.db, press.user_id, block, by=desk.actor, setup=desk.setup, now=desk.now)
    return Done(desk.say("user.moved", block=block), then=ShowUser(press.user_id), pending=pending)
