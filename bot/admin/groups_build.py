"""The rule builder: a field, how it is compared, the value; or the whole rule as a typed line."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import replace

from bot.admin.groups_compose import DAYS, GROUP, SPANS, Operator, compose, fields, is_whole, operators
from bot.admin.groups_draft import GroupDraft, keep, needed, of
from bot.admin.groups_new import cancel, go_on
from bot.admin.groups_presses import (
    AddRule,
    AskOperator,
    AskRule,
    AskValue,
    ChangeRule,
    ListGroups,
    PickField,
    PickOperator,
    PickValue,
    ReviewGroup,
    SetDraftMatching,
    ShowGroup,
)
from bot.admin.groups_words import NAME, problem_of
from bot.admin.presses import ListUsers
from bot.rules import And, RuleError, Type, unparse
from bot.services import audience, drafts, filters, groups, groups_check, groups_rules, groups_values, variables
from bot.services.conversations import Incoming
from bot.services.groups import Matching, SavedRules
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import Html, Words, excerpt, html, paragraphs
from bot.ui.pager import onward
from bot.ui.registry import action, page, typed
from bot.ui.screen import Button, Done, Screen, Step, rows_of

#: Fields on one screen, and groups on offer as a value.
_FIELDS = 14
_OFFERED = 8
_ON_BUTTON = 18


@action(AddRule, role=Role.ADMIN)
def add_rule(press: AddRule, desk: Desk) -> Done:
    """Begin one more rule for a saved group."""
    group = groups.get(desk.db, press.group_id)
    if len(group.lines) >= groups_check.MAX_RULES:
        raise Refusal("groups.too_many_rules", most=groups_check.MAX_RULES)
    return go_on(_for(group), AskRule(), desk)


@action(ChangeRule, role=Role.ADMIN)
def change_rule(press: ChangeRule, desk: Desk) -> Done:
    """Begin another rule in the place of one."""
    group = groups.get(desk.db, press.group_id)
    return go_on(replace(_for(group), position=press.position, mark=press.mark), AskRule(), desk)


def _for(group: SavedRules) -> GroupDraft:
    return GroupDraft(name=group.name, matching=group.matching.value, group_id=group.id)


@page(AskRule, role=Role.ADMIN)
def ask_rule(press: AskRule, desk: Desk) -> Screen:
    """Which field is the rule about? Or type the rule."""
    draft = needed(desk)
    known = fields(variables.names(desk.db))
    shown = known[press.start : press.start + _FIELDS]
    buttons = rows_of(*(Button(_label(name, desk), PickField(name)) for name in shown), width=2)
    more = AskRule(press.start + _FIELDS) if press.start + _FIELDS < len(known) else None
    turns = onward(desk, first=AskRule() if press.start else None, more=more)
    everyone = _everyone(draft, desk)
    text = paragraphs(_head(draft, desk), _wrong(draft, desk), html("{}", desk.say("groups.ask_rule")))
    return Screen(text, (*buttons, *turns, *rows_of(everyone), cancel(desk)), _path(draft, desk))


def _everyone(draft: GroupDraft, desk: Desk) -> Button | None:
    if draft.group_id is not None or draft.rules or draft.filters is not None:
        return None
    return Button(desk.say("groups.switch_everyone"), SetDraftMatching(Matching.EVERYONE.value))


def _head(draft: GroupDraft, desk: Desk) -> Html:
    if draft.filters is not None:
        return html("<b>{}</b>", desk.say("users.filter_title"))
    return html("<b>{}</b>", desk.say("groups.rule_for", name=excerpt(draft.name or "…", NAME)))


def _wrong(draft: GroupDraft, desk: Desk) -> Html | None:
    return problem_of(draft.wrong, desk) if draft.wrong else None


def _path(draft: GroupDraft, desk: Desk) -> tuple[Step, ...]:
    """Back leads to the card of a saved group, or to the list; the review is reached through its own button."""
    if draft.filters is not None:
        return (Step(desk.say("users.title"), ListUsers()),)
    to_list = Step(desk.say("groups.title"), ListGroups())
    if draft.group_id is None:
        return (to_list, Step(desk.say("groups.review"), ReviewGroup())) if draft.name else (to_list,)
    return (to_list, Step(excerpt(draft.name, NAME), ShowGroup(draft.group_id)))


def _label(field: str, desk: Desk) -> Words:
    if field == GROUP:
        return desk.say("groups.another_group")
    declared = desk.setup.flow.variables.get(field)
    return excerpt((declared and declared.label) or field, _ON_BUTTON)


@typed(AskRule, role=Role.ADMIN)
def take_rule(press: AskRule, incoming: Incoming, desk: Desk) -> Done:
    """A whole rule, typed."""
    return _finish(of(desk.draft), incoming.words, AskRule(), desk)


@action(PickField, role=Role.ADMIN)
def pick_field(press: PickField, desk: Desk) -> Done:
    """The field is chosen; a typed line is still a whole rule."""
    draft = needed(desk)
    if not operators(press.field, variables.names(desk.db)):
        raise Refusal("ui.old")
    keep(replace(draft, field=press.field, operator="", wrong=""), AskRule(), desk)
    return Done(then=AskOperator())


@page(AskOperator, role=Role.ADMIN)
def ask_operator(press: AskOperator, desk: Desk) -> Screen:
    """How shall the field be compared?"""
    draft = needed(desk)
    fitting = operators(draft.field, variables.names(desk.db))
    buttons = [Button(desk.say(f"operators.{operator}"), PickOperator(operator.value)) for operator in fitting]
    text = paragraphs(_head(draft, desk), html("{} …", _label(draft.field, desk)))
    path = (*_path(draft, desk), Step(desk.say("groups.fields"), AskRule()))
    return Screen(text, (*rows_of(*buttons, width=2), cancel(desk)), path)


@action(PickOperator, role=Role.ADMIN)
def pick_operator(press: PickOperator, desk: Desk) -> Done:
    """The rule is whole, or the value is asked for."""
    draft, known = needed(desk), variables.names(desk.db)
    fitting = {str(operator): operator for operator in operators(draft.field, known)}
    if press.operator not in fitting:
        raise Refusal("ui.old")
    operator = fitting[press.operator]
    if is_whole(operator):
        return _finish(draft, compose(draft.field, operator), AskRule(), desk)
    offered = _offered(draft.field, operator, known, desk)
    keep(replace(draft, operator=operator.value, offered=tuple(offered), wrong=""), AskValue(), desk)
    return Done(then=AskValue())


def _offered(field: str, operator: Operator, known: Mapping[str, Type], desk: Desk) -> list[str]:
    """Values to choose from; there is always the way to type another."""
    if field == GROUP:
        return [group.name for group in groups.page(desk.db, size=_OFFERED)[0]]
    if operator in (Operator.WITHIN, Operator.WITHIN_NEXT):
        return list(SPANS)
    if operator is Operator.BETWEEN:
        return []
    return groups_values.frequent(desk.db, field, limit=_OFFERED) or _days(operator)


def _days(operator: Operator) -> list[str]:
    return list(DAYS) if operator in (Operator.BEFORE, Operator.AFTER) else []


@page(AskValue, role=Role.ADMIN)
def ask_value(press: AskValue, desk: Desk) -> Screen:
    """Which value? Those that people have most often, or another one, typed."""
    draft = needed(desk)
    if draft.operator not in list(Operator):
        raise Refusal("ui.old")
    values = [Button(excerpt(value, _ON_BUTTON), PickValue(place)) for place, value in enumerate(draft.offered)]
    asked = html("{} {} …", _label(draft.field, desk), desk.say(f"operators.{draft.operator}"))
    how = html("{}", desk.say(_how(Operator(draft.operator), draft)))
    path = (*_path(draft, desk), Step(_label(draft.field, desk), AskOperator()))
    text = paragraphs(_head(draft, desk), _wrong(draft, desk), asked, how)
    return Screen(text, (*rows_of(*values, width=2), cancel(desk)), path)


def _how(operator: Operator, draft: GroupDraft) -> str:
    if operator is Operator.BETWEEN:
        return "groups.type_two"
    if operator is Operator.ONE_OF:
        return "groups.type_several"
    return "groups.type_another" if draft.offered else "groups.type_value"


@action(PickValue, role=Role.ADMIN)
def pick_value(press: PickValue, desk: Desk) -> Done:
    """One of the values on offer."""
    draft = needed(desk)
    if not draft.operator or not 0 <= press.place < len(draft.offered):
        raise Refusal("ui.old")
    return _finish(draft, compose(draft.field, Operator(draft.operator), draft.offered[press.place]), AskValue(), desk)


@typed(AskValue, role=Role.ADMIN)
def take_value(press: AskValue, incoming: Incoming, desk: Desk) -> Done:
    """Another value."""
    draft = of(desk.draft)
    return _finish(draft, compose(draft.field, Operator(draft.operator), incoming.words), AskValue(), desk)


def _finish(draft: GroupDraft, text: str, step: AskRule | AskValue, desk: Desk) -> Done:
    """The rule is added where it belongs; one that cannot be read is shown with what is wrong, and asked for again."""
    try:
        if draft.filters is not None:
            return _into_list(draft, draft.filters, text, desk)
        if draft.group_id is None:
            return _into_draft(draft, text, desk)
        return _into_group(draft, draft.group_id, text, desk)
    except RuleError:
        keep(replace(draft, wrong=text), step, desk)
        return Done(then=step)


def _into_list(draft: GroupDraft, conditions: str, text: str, desk: Desk) -> Done:
    """One more condition for the list of users; conditions that cannot be read any more are let go."""
    both = audience.read(desk.db, text)
    with contextlib.suppress(RuleError):
        known = audience.read(desk.db, conditions)
        both = And((*(known.parts if isinstance(known, And) else (known,)), both))
    drafts.clear(desk.db, desk.actor.id)
    kept = filters.keep(desk.db, unparse(both))
    return Done(then=ListUsers(kept, draft.sort))


def _into_draft(draft: GroupDraft, text: str, desk: Desk) -> Done:
    kept, rule = groups_check.readable(desk.db, text)
    known = [groups_check.readable(desk.db, written)[1] for written in draft.rules]
    groups_check.sound(desk.db, draft.name, draft.matching, [*known, rule], setup=desk.setup, now=desk.now)
    done = replace(draft, rules=(*draft.rules, kept), field="", operator="", offered=(), wrong="")
    return go_on(done, ReviewGroup(), desk)


def _into_group(draft: GroupDraft, group_id: int, text: str, desk: Desk) -> Done:
    by, setup, now = desk.actor, desk.setup, desk.now
    if draft.position is None:
        groups_rules.add(desk.db, group_id, text, by=by, setup=setup, now=now)
    else:
        groups_rules.replace(desk.db, group_id, draft.position, draft.mark, text, by=by, setup=setup, now=now)
    drafts.clear(desk.db, desk.actor.id)
    return Done(desk.say("groups.rule_added"), then=ShowGroup(group_id))
