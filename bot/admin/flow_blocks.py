"""The blocks of the flow that speaks: who stands there, what is said, and changing a text in place."""

from __future__ import annotations

from collections.abc import Sequence

from bot.admin import flow_words
from bot.admin.flow_presses import (
    DropFlowText,
    EditFlowText,
    ListFlowBlocks,
    PlayFlow,
    ShowFlowBlock,
    WriteFlowText,
)
from bot.flow import Flow
from bot.flow.content import Kind
from bot.flow.graph import ways
from bot.flow.markup import shorten
from bot.services import drafts, flows, flows_people, flows_texts
from bot.services.conversations import Incoming
from bot.services.flows_texts import Written
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import Html, excerpt, html, lines, paragraphs, quote
from bot.ui.numbers import written
from bot.ui.pager import SIZE, onward
from bot.ui.press import pack
from bot.ui.registry import action, page, typed
from bot.ui.screen import Button, Done, Screen, Step, rows_of

#: Texts on the card of a block, characters of one, and of the one that is to be changed.
_TEXTS, _SHOWN, _WHOLE = 6, 300, 3500
#: Ways on from a block, and characters of what leads there.
_WAYS, _LABEL = 12, 30
#: Markup and a place, as they are written.
_EXAMPLE = "<b>…</b>, {first_name|…}"


@page(ListFlowBlocks, role=Role.ADMIN)
def block_list(press: ListFlowBlocks, desk: Desk) -> Screen:
    """The blocks in the order of the file, with the people at each."""
    names = list(flows.flow_of(flow_words.active(desk)).blocks)
    start = names.index(press.after) + 1 if press.after in names else 0
    shown, people = names[start : start + SIZE], flows_people.people_at(desk.db)
    entries = [html("{} · {}", block, written(people.get(block, 0), desk.language)) for block in shown]
    head = html("<b>{}</b>\n{}", desk.say("flow.blocks", count=len(names)), desk.say("flow.people_beside"))
    more = ListFlowBlocks(shown[-1]) if start + SIZE < len(names) else None
    turns = onward(desk, first=ListFlowBlocks() if start else None, more=more)
    buttons = rows_of(*(Button(block, ShowFlowBlock(block)) for block in shown), width=1)
    return Screen(paragraphs(head, lines(*entries)), (*buttons, *turns), flow_words.path(desk))


@page(ShowFlowBlock, role=Role.ADMIN)
def block_card(press: ShowFlowBlock, desk: Desk) -> Screen:
    """What a block says and where it leads; each text can be changed."""
    version = flow_words.active(desk)
    texts = flows_texts.texts_of(version, press.block)
    shown = list(enumerate(texts))[press.at : press.at + _TEXTS]
    count = flows_people.people_at(desk.db).get(press.block, 0)
    head = html("<b>{}</b>\n{}", press.block, desk.say("flow.people", count=count))
    said = [lines(html("<b>{}</b> {}", str(place + 1), one.language), quote(one.words, _SHOWN)) for place, one in shown]
    more = ShowFlowBlock(press.block, press.at + _TEXTS) if press.at + _TEXTS < len(texts) else None
    rows = (
        *rows_of(*(Button(_number(place, desk), EditFlowText(press.block, place)) for place, _ in shown)),
        *onward(desk, first=ShowFlowBlock(press.block) if press.at else None, more=more),
        *rows_of(Button(desk.say("flow.play_here"), PlayFlow(version.id, press.block))),
    )
    text = paragraphs(
        head, *(said or [html("{}", desk.say("flow.no_texts"))]), _ways(flows.flow_of(version), press.block)
    )
    return Screen(text, rows, flow_words.path(desk, Step(desk.say("flow.block_list"), ListFlowBlocks())))


def _number(place: int, desk: Desk) -> str:
    return desk.say("flow.edit", number=place + 1)


def _ways(flow: Flow, block: str) -> Html:
    found = [way for way in ways(flow) if way.source == block][:_WAYS]
    return lines(*(html("{} → {}", excerpt(way.label or "…", _LABEL), way.target) for way in found))


@action(EditFlowText, role=Role.ADMIN)
def begin_edit(press: EditFlowText, desk: Desk) -> Done:
    """From now on the next message of this admin is the new text."""
    text = _text(flows_texts.texts_of(flow_words.active(desk), press.block), press.place)
    asked = WriteFlowText(press.block, press.place)
    drafts.put(desk.db, desk.actor.id, pack(asked), {"expected": text.words}, desk.now)
    return Done(then=asked)


@page(WriteFlowText, role=Role.ADMIN)
def ask_text(press: WriteFlowText, desk: Desk) -> Screen:
    """The text as it is, to be copied; the new one comes as the next message."""
    text = _text(flows_texts.texts_of(flow_words.active(desk), press.block), press.place)
    now = html("<pre>{}</pre>", shorten(text.words, _WHOLE))
    cancel = Button(desk.say("ui.cancel"), DropFlowText(press.block))
    path = flow_words.path(desk, Step(press.block, ShowFlowBlock(press.block)))
    return Screen(paragraphs(html("{}", desk.say("flow.ask_text", example=_EXAMPLE)), now), ((cancel,),), path)


@typed(WriteFlowText, role=Role.ADMIN)
def take_text(press: WriteFlowText, incoming: Incoming, desk: Desk) -> Done:
    """The new text: checked with all of the flow, then it speaks."""
    if incoming.kind is not Kind.TEXT or not incoming.words.strip():
        raise Refusal("flow.only_text")
    version = flows_texts.edit(
        desk.db,
        press.block,
        press.place,
        expected=str(desk.draft["expected"]),
        words=incoming.words,
        by=desk.actor,
        setup=desk.setup,
        now=desk.now,
    )
    return Done(desk.say("flow.active_now", number=version.number), then=ShowFlowBlock(press.block))


@action(DropFlowText, role=Role.ADMIN)
def drop_edit(press: DropFlowText, desk: Desk) -> Done:
    """Give it up, and go back to the block."""
    drafts.clear(desk.db, desk.actor.id)
    return Done(desk.say("ui.cancelled"), then=ShowFlowBlock(press.block))


def _text(texts: Sequence[Written], place: int) -> Written:
    if not 0 <= place < len(texts):
        raise Refusal("flow.text_changed")
    return texts[place]
