"""A new group, step by step: its name, its rules, the review with the number of members, and saving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.admin.groups_draft import GroupDraft, keep, new_group, of
from bot.admin.groups_presses import (
    AddDraftRule,
    AskGroupName,
    AskRule,
    DropDraftRule,
    ListGroups,
    NewGroup,
    NewGroupFromFilter,
    ReopenName,
    ReviewGroup,
    SaveGroup,
    SetDraftMatching,
    ShowGroup,
)
from bot.admin.groups_words import NAME, count, counted, described, rule_list, sample
from bot.admin.presses import Cancel
from bot.rules import And, Rule, RuleError, unparse
from bot.services import audience, drafts, filters, groups, groups_check, groups_save
from bot.services.conversations import Incoming
from bot.services.groups import Matching
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import excerpt, html, paragraphs
from bot.ui.registry import action, page, typed
from bot.ui.screen import Button, Done, Row, Screen, Step, Style, rows_of


def begin(desk: Desk, name: str = "", *, matching: str = "all", rules: Sequence[str] = (), wrong: str = "") -> Done:
    """Begin a new group with what is known of it; the first thing that is missing is asked for."""
    name = groups_check.free_name(desk.db, name) if name else ""
    draft = GroupDraft(name=name, matching=matching, rules=tuple(rules), wrong=wrong)
    step = AskGroupName() if not name else AskRule()
    keep(draft, step, desk)
    return Done(then=step)


@action(NewGroup, role=Role.ADMIN)
def new(press: NewGroup, desk: Desk) -> Done:
    """Begin with nothing."""
    return begin(desk)


@action(NewGroupFromFilter, role=Role.ADMIN)
def new_from_filter(press: NewGroupFromFilter, desk: Desk) -> Done:
    """Begin with the conditions of a list of users, each a rule."""
    text = filters.text_of(desk.db, press.filter_id)
    try:
        rule = audience.read(desk.db, text)
    except RuleError:
        return begin(desk, wrong=text)
    return begin(desk, rules=_rules_of(rule))


def _rules_of(rule: Rule) -> list[str]:
    parts = rule.parts if isinstance(rule, And) and len(rule.parts) <= groups_check.MAX_RULES else (rule,)
    return [unparse(part) for part in parts]


@page(AskGroupName, role=Role.ADMIN)
def ask_name(press: AskGroupName, desk: Desk) -> Screen:
    """What shall it be called?"""
    new_group(desk)
    text = paragraphs(html("<b>{}</b>", desk.say("groups.new_title")), html("{}", desk.say("groups.ask_name")))
    return Screen(text, (cancel(desk),), _path(desk))


@typed(AskGroupName, role=Role.ADMIN)
def take_name(press: AskGroupName, incoming: Incoming, desk: Desk) -> Done:
    """The name; then the first rule, or the review where there are rules already."""
    draft = replace(of(desk.draft), name=groups_check.free_name(desk.db, incoming.words))
    everyone = draft.matching == Matching.EVERYONE
    return go_on(draft, ReviewGroup() if (draft.rules or everyone) and not draft.wrong else AskRule(), desk)


def go_on(draft: GroupDraft, step: AskGroupName | AskRule | ReviewGroup, desk: Desk) -> Done:
    """Keep the draft and show this step."""
    keep(draft, step, desk)
    return Done(then=step)


def cancel(desk: Desk) -> Row:
    """The row that gives it up."""
    return (Button(desk.say("ui.cancel"), Cancel()),)


@page(ReviewGroup, role=Role.ADMIN)
def review(press: ReviewGroup, desk: Desk) -> Screen:
    """The group as it would be: its rules, how many people they mean, some of them."""
    draft = new_group(desk)
    read = _read(draft, desk)
    rule = groups.whom(draft.matching, [rule for _, rule in read])
    number = count(rule, desk)
    head = html("<b>{}</b>\n{}", excerpt(draft.name, NAME), counted(number, desk))
    some = sample(rule, number, desk)
    text = paragraphs(head, rule_list(draft.matching, read, desk), some, html("{}", desk.say("groups.not_saved")))
    return Screen(text, _review_buttons(draft, read, desk), _path(desk))


def _read(draft: GroupDraft, desk: Desk) -> list[tuple[str, Rule | None]]:
    read: list[tuple[str, Rule | None]] = []
    for text in draft.rules:
        try:
            read.append((text, audience.read(desk.db, text)))
        except RuleError:  # what it names was changed while the draft waited; saving says so
            read.append((text, None))
    return read


def _review_buttons(draft: GroupDraft, read: list[tuple[str, Rule | None]], desk: Desk) -> tuple[Row, ...]:
    drops = [
        Button(f"✕ {place + 1}. {described(rule, text, desk)}", DropDraftRule(place))
        for place, (text, rule) in enumerate(read)
    ]
    switches = [
        Button(desk.say(f"groups.switch_{matching}"), SetDraftMatching(matching.value))
        for matching in Matching
        if matching != draft.matching
    ]
    return (
        (Button(desk.say("groups.save"), SaveGroup(), style=Style.SUCCESS),),
        (
            Button(desk.say("groups.add_rule"), AddDraftRule()),
            Button(desk.say("groups.change_name"), ReopenName()),
        ),
        *rows_of(*drops, width=1),
        *rows_of(*switches),
        cancel(desk),
    )


def _path(desk: Desk) -> tuple[Step, ...]:
    return (Step(desk.say("groups.title"), ListGroups()),)


@action(ReopenName, role=Role.ADMIN)
def reopen_name(press: ReopenName, desk: Desk) -> Done:
    """The name again; the rules stay."""
    return go_on(new_group(desk), AskGroupName(), desk)


@action(AddDraftRule, role=Role.ADMIN)
def add_rule(press: AddDraftRule, desk: Desk) -> Done:
    """One more rule."""
    draft = new_group(desk)
    if len(draft.rules) >= groups_check.MAX_RULES:
        raise Refusal("groups.too_many_rules", most=groups_check.MAX_RULES)
    return go_on(replace(draft, wrong="", field="", operator=""), AskRule(), desk)


@action(SetDraftMatching, role=Role.ADMIN)
def set_matching(press: SetDraftMatching, desk: Desk) -> Done:
    """All, any, or everyone: the last one needs no rule, so it leads on from the question for one too."""
    draft = replace(new_group(desk), matching=groups_check.matching_of(press.matching).value, wrong="")
    return go_on(draft, ReviewGroup() if draft.name else AskGroupName(), desk)


@action(DropDraftRule, role=Role.ADMIN)
def drop_rule(press: DropDraftRule, desk: Desk) -> Done:
    """One rule less."""
    draft = new_group(desk)
    rules = tuple(rule for place, rule in enumerate(draft.rules) if place != press.place)
    return go_on(replace(draft, rules=rules), ReviewGroup(), desk)


@action(SaveGroup, role=Role.ADMIN)
def save(press: SaveGroup, desk: Desk) -> Done:
    """From now on it is there; the draft is over."""
    draft = new_group(desk)
    try:
        group = groups_save.create(
            desk.db, draft.name, draft.matching, draft.rules, by=desk.actor, setup=desk.setup, now=desk.now
        )
    except RuleError as error:
        rules = tuple(rule for rule in draft.rules if rule != error.source)
        return go_on(replace(draft, rules=rules, wrong=error.source), AskRule(), desk)
    drafts.clear(desk.db, desk.actor.id)
    return Done(desk.say("groups.made", name=excerpt(group.name, NAME)), then=ShowGroup(group.id))
