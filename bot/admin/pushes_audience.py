"""Whom a push is for, said in every way there is: groups, a rule, people, and groups that are taken out."""

from __future__ import annotations

import re

from bot.admin import pushes_words as words
from bot.admin.pushes_edit import expect, ticked
from bot.admin.pushes_more_presses import (
    AskPeople,
    AskRule,
    ChooseAudience,
    ChooseMinus,
    DropRule,
    SwitchMinus,
    SwitchTalking,
    WritePeople,
    WriteRule,
)
from bot.admin.pushes_presses import ChooseGroups, SetEveryone, ShowPush
from bot.rules import RuleError
from bot.services import deliveries_plan, pushes, pushes_audience, pushes_list
from bot.services.conversations import Incoming
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import Html, excerpt, html, lines, paragraphs
from bot.ui.pager import SIZE, onward
from bot.ui.registry import BadArguments, action, page, typed
from bot.ui.screen import Button, Done, Screen, Step, rows_of
from models import Group, Push, PushRun

_IDS = re.compile(r"\d{1,18}(?:[\s,;]+\d{1,18})*")
#: People picked by hand, at most.
MOST = 200


@page(ChooseAudience, role=Role.ADMIN)
def choose_audience(press: ChooseAudience, desk: Desk) -> Screen:
    """What the audience is made of, how many get it now, and who is left out."""
    push = pushes.get(desk.db, press.push_id)
    text = paragraphs(
        html("<b>{}</b>\n{}", words.titled(push), desk.say("pushes.audience_head")),
        lines(html("{}", desk.say("pushes.for", audience=words.audience(push, desk))), *_reach(push, desk)),
    )
    talking = Button(ticked(desk.say("pushes.talking"), push.talking), SwitchTalking(push.id, not push.talking))
    buttons = rows_of(
        Button(desk.say("pushes.edit_groups"), ChooseGroups(push.id)),
        Button(ticked(desk.say("pushes.everyone"), push.everyone), SetEveryone(push.id)),
        Button(ticked(desk.say("pushes.rule"), push.rule is not None), AskRule(push.id)),
        Button(desk.say("pushes.people"), AskPeople(push.id)),
        Button(desk.say("pushes.minus"), ChooseMinus(push.id)),
        talking,
        width=2,
    )
    return Screen(text, buttons, words.to_card(push, desk))


def _reach(push: Push, desk: Desk) -> list[Html | None]:
    """How many of them get it now; nothing while it is for nobody."""
    if not pushes.has_audience(desk.db, push):
        return []
    run = PushRun(push_id=push.id, recipients="all", state="draft", created_at=desk.now)
    counted = deliveries_plan.forecast(desk.db, run, setup=desk.setup, now=desk.now)
    reasons = {why: count for why, count in counted.items() if why is not None}
    return [html("{}", desk.say("pushes.reach", count=counted.get(None, 0))), words.left_out(reasons, desk)]


def _path(push: Push, desk: Desk) -> tuple[Step, ...]:
    return (*words.to_card(push, desk), Step(desk.say("pushes.audience_head"), ChooseAudience(push.id)))


@action(AskRule, role=Role.ADMIN)
def begin_rule(press: AskRule, desk: Desk) -> Done:
    """The next message is the rule."""
    return expect(WriteRule(press.push_id), desk)


@page(WriteRule, role=Role.ADMIN)
def ask_rule(press: WriteRule, desk: Desk) -> Screen:
    """How a rule is written; the one there is can be dropped."""
    push = pushes.get(desk.db, press.push_id)
    drop = Button(desk.say("pushes.drop_rule"), DropRule(push.id)) if push.rule else None
    cancel = Button(desk.say("ui.cancel"), ChooseAudience(push.id))
    return Screen(html("{}", desk.say("pushes.ask_rule")), rows_of(drop, cancel), _path(push, desk))


@typed(WriteRule, role=Role.ADMIN)
def take_rule(press: WriteRule, incoming: Incoming, desk: Desk) -> Done:
    """Whoever fulfils it gets the push, beside the groups."""
    set_rule(press.push_id, incoming.words, desk)
    return Done(then=ChooseAudience(press.push_id))


def set_rule(push_id: int, written: str, desk: Desk) -> None:
    """The typed rule of a push. Raises a Refusal that shows the place of what cannot be read."""
    try:
        pushes_audience.set_rule(desk.db, push_id, written, by=desk.actor, now=desk.now)
    except RuleError as error:
        raise Refusal("pushes.bad_rule", problem=error) from error


@action(DropRule, role=Role.ADMIN)
def drop_rule(press: DropRule, desk: Desk) -> Done:
    """No rule."""
    pushes_audience.set_rule(desk.db, press.push_id, None, by=desk.actor, now=desk.now)
    return Done(then=ChooseAudience(press.push_id))


@action(AskPeople, role=Role.ADMIN)
def begin_people(press: AskPeople, desk: Desk) -> Done:
    """The next message is a list of ids."""
    return expect(WritePeople(press.push_id), desk)


@page(WritePeople, role=Role.ADMIN)
def ask_people(press: WritePeople, desk: Desk) -> Screen:
    """Who is picked now, and how others are."""
    push = pushes.get(desk.db, press.push_id)
    picked = ", ".join(map(str, pushes_audience.picked(desk.db, push.id)[:MOST])) or "–"
    cancel = Button(desk.say("ui.cancel"), ChooseAudience(push.id))
    return Screen(html("{}", desk.say("pushes.ask_people", people=picked)), ((cancel,),), _path(push, desk))


@typed(WritePeople, role=Role.ADMIN)
def take_people(press: WritePeople, incoming: Incoming, desk: Desk) -> Done:
    """Exactly these people, or none."""
    set_people(press.push_id, incoming.words, desk)
    return Done(then=ChooseAudience(press.push_id))


def set_people(push_id: int, written: str, desk: Desk) -> None:
    """The ids of the people who are picked; 0 or a dash: nobody. Raises a Refusal for what is no list of ids."""
    written = written.strip()
    ids = [] if written in ("0", "-", "–") else re.findall(r"\d+", written)
    if len(ids) > MOST or (ids and not _IDS.fullmatch(written)) or not (ids or written in ("0", "-", "–")):
        raise Refusal("pushes.no_people", most=MOST)
    pushes_audience.set_members(desk.db, push_id, [int(one) for one in ids], by=desk.actor, now=desk.now)


@page(ChooseMinus, role=Role.ADMIN)
def choose_minus(press: ChooseMinus, desk: Desk) -> Screen:
    """Groups whose members get nothing, whatever else they are in."""
    push = pushes.get(desk.db, press.push_id)
    chosen = {group.id for group in pushes_audience.minus(desk.db, push.id)}
    found, more = pushes_list.group_choices(desk.db, after=press.after, size=SIZE)
    text = html("{}", desk.say("pushes.ask_minus" if found else "pushes.no_groups"))
    first = ChooseMinus(push.id) if press.after is not None else None
    further = ChooseMinus(push.id, found[-1].id) if more else None
    rows = rows_of(*(_group(group, chosen, press) for group in found), width=2)
    ready = Button(desk.say("pushes.next"), ChooseAudience(push.id))
    return Screen(text, (*rows, *onward(desk, first=first, more=further), (ready,)), _path(push, desk))


def _group(group: Group, chosen: set[int], press: ChooseMinus) -> Button:
    label = ticked(excerpt(group.name, words.ON_BUTTON), group.id in chosen)
    return Button(label, SwitchMinus(press.push_id, group.id, press.after))


@action(SwitchMinus, role=Role.ADMIN)
def switch_minus(press: SwitchMinus, desk: Desk) -> Done:
    """In or out, and the choice again."""
    pushes_audience.switch_minus(desk.db, press.push_id, press.group_id, by=desk.actor, now=desk.now)
    return Done(then=ChooseMinus(press.push_id, press.after))


@action(SwitchTalking, role=Role.ADMIN)
def switch_talking(press: SwitchTalking, desk: Desk) -> Done:
    """To people who talk with staff as well, or not."""
    pushes_audience.set_talking(desk.db, press.push_id, press.talking, by=desk.actor, now=desk.now)
    return Done(then=ChooseAudience(press.push_id))


def edit_typed(push: Push, clause: str, said: str, desk: Desk) -> Done:
    """One clause of the typed form: rule, minus, people, talking."""
    match clause, said.lower():
        case "rule", "none":
            pushes_audience.set_rule(desk.db, push.id, None, by=desk.actor, now=desk.now)
        case "rule", _:
            set_rule(push.id, said, desk)
        case "people", _:
            set_people(push.id, said, desk)
        case "talking", "on" | "off" as switch:
            pushes_audience.set_talking(desk.db, push.id, switch == "on", by=desk.actor, now=desk.now)
        case "minus", _:
            pushes_audience.set_minus(desk.db, push.id, groups_named(said, desk), by=desk.actor, now=desk.now)
        case _:
            raise BadArguments
    return Done(then=ShowPush(push.id))


def groups_named(said: str, desk: Desk) -> list[int]:
    """The ids of groups parted by commas; "none" names none. Raises a Refusal for a group that does not exist."""
    if said.lower() == "none":
        return []
    return words.groups_named(said, desk)
