"""Groups: the list with live counts, the card of one, and the command with its full text form."""

from __future__ import annotations

import re

from bot.admin.groups_draft import begun, resumable
from bot.admin.groups_new import begin
from bot.admin.groups_presses import (
    AddRule,
    AskDeleteGroup,
    CountGroup,
    DuplicateGroup,
    EditRules,
    ListGroups,
    ListMembers,
    NewGroup,
    PushToGroup,
    RenameGroup,
    SetMatching,
    ShowGroup,
)
from bot.admin.groups_words import NAME, count, counted, names, rule_list, sample
from bot.rules import RuleError, fold
from bot.services import audience, drafts, groups, groups_save, groups_usage
from bot.services.audience import Count
from bot.services.groups import Matching, SavedRules
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import Html, Words, excerpt, html, lines, paragraphs
from bot.ui.pager import SIZE, onward
from bot.ui.registry import BadArguments, command, page
from bot.ui.screen import Button, Done, Row, Screen, Step, Style, rows_of

_ON_BUTTON = 16
#: A name in quotes of any kind, or one word; then the rest.
_NAMED = re.compile(r"(?:[\"“”„«»](?P<quoted>[^\"“”„«»]*)[\"“”„«»]|(?P<word>\S+))\s*(?P<rest>.*)", re.DOTALL)
#: Semicolons outside of quotes part rules.
_PART = re.compile(r"(?:[^;\"“”„«»]|[\"“”„«»][^\"“”„«»]*[\"“”„«»]?)+")


@page(ListGroups, role=Role.ADMIN)
def group_list(press: ListGroups, desk: Desk) -> Screen:
    """All groups, newest first, each with the number of its members at this moment."""
    found, more = groups.page(desk.db, before=press.before, size=SIZE)
    title = html("<b>{}</b> · {}", desk.say("groups.title"), desk.say("groups.count", count=groups.total(desk.db)))
    entries = [_entry(place, group, desk) for place, group in enumerate(found, start=1)]
    empty = html("{}", desk.say("groups.none")) if not entries else None
    numbers = [
        Button(Words(f"{place} {excerpt(group.name, _ON_BUTTON)}"), ShowGroup(group.id))
        for place, group in enumerate(found, 1)
    ]
    first = ListGroups() if press.before is not None else None
    turns = onward(desk, first=first, more=ListGroups(found[-1].id) if more else None)
    return Screen(paragraphs(title, lines(*entries), empty), (*rows_of(*numbers), *turns, _beginning(desk)))


def _entry(place: int, group: SavedRules, desk: Desk) -> Html:
    return html("{}. <b>{}</b> · {}", place, excerpt(group.name, NAME), counted(count(group.rule, desk), desk))


def _beginning(desk: Desk) -> Row:
    """A new group, and the one that was begun and not saved."""
    new = Button(desk.say("groups.new"), NewGroup(), style=Style.PRIMARY)
    draft, where = begun(desk), resumable(desk)
    if draft is None or where is None or draft.filters is not None:
        return (new,)
    return (Button(desk.say("groups.continue", name=excerpt(draft.name or "…", _ON_BUTTON)), where), new)


@page(ShowGroup, role=Role.ADMIN)
def group_card(press: ShowGroup, desk: Desk) -> Screen:
    """The rules, how many people they mean now, some of them, and who uses the group."""
    return _card(press.group_id, audience.CAP, desk)


@page(CountGroup, role=Role.ADMIN)
def counted_card(press: CountGroup, desk: Desk) -> Screen:
    """The same, counted to the end."""
    return _card(press.group_id, None, desk)


def _card(group_id: int, cap: int | None, desk: Desk) -> Screen:
    group = groups.get(desk.db, group_id)
    number = count(group.rule, desk, cap)
    head = html("<b>{}</b> · {}", excerpt(group.name, NAME), counted(number, desk))
    rules = rule_list(group.matching, [(line.text, line.rule) for line in group.lines], desk)
    some = sample(group.rule, number, desk)
    return Screen(paragraphs(head, rules, some, _usage(group, desk)), _buttons(group, number, desk), to_list(desk))


def to_list(desk: Desk) -> tuple[Step, ...]:
    """The way from home to a card."""
    return (Step(desk.say("groups.title"), ListGroups()),)


def to_card(group: SavedRules, desk: Desk) -> tuple[Step, ...]:
    """The way from home to what stands behind a card."""
    return (*to_list(desk), Step(excerpt(group.name, NAME), ShowGroup(group.id)))


def _usage(group: SavedRules, desk: Desk) -> Html:
    usage = groups_usage.of(desk.db, group, desk.setup.flow)
    return lines(
        html("{}", desk.say("groups.used_by_pushes", names=names(usage.pushes, desk))) if usage.pushes else None,
        html("{}", desk.say("groups.used_by_groups", names=names(usage.groups, desk))) if usage.groups else None,
        html("{}", desk.say("groups.used_by_flow", names=names(usage.blocks, desk))) if usage.blocks else None,
    )


def _buttons(group: SavedRules, number: Count | None, desk: Desk) -> tuple[Row, ...]:
    exactly = Button(desk.say("users.exactly"), CountGroup(group.id)) if number and not number.exact else None
    edit = Button(desk.say("groups.edit_rules"), EditRules(group.id)) if group.lines else None
    return (
        (
            Button(desk.say("groups.members"), ListMembers(group.id)),
            Button(desk.say("groups.push"), PushToGroup(group.id)),
        ),
        *rows_of(exactly),
        *rows_of(Button(desk.say("groups.add_rule"), AddRule(group.id)), edit, width=2),
        switches(group, desk),
        (
            Button(desk.say("groups.rename"), RenameGroup(group.id)),
            Button(desk.say("groups.duplicate"), DuplicateGroup(group.id)),
            Button(desk.say("groups.delete"), AskDeleteGroup(group.id)),
        ),
    )


def switches(group: SavedRules, desk: Desk) -> Row:
    """What else could lie between the rules."""
    return tuple(
        Button(desk.say(f"groups.switch_{matching}"), SetMatching(group.id, matching.value))
        for matching in Matching
        if matching is not group.matching
    )


@command(
    "groups",
    role=Role.ADMIN,
    usage="/groups [new “name” all|any|everyone rule; rule | show name | delete name]",
    example="/groups new “VIP” all plan = pro; age >= 18",
)
def groups_command(arguments: str, desk: Desk) -> Done:
    """The list; or a group is shown, made from a line, or deleted after a question."""
    if not arguments:
        return Done(then=ListGroups())
    verb, _, rest = arguments.partition(" ")
    named = _NAMED.fullmatch(rest.strip())
    match verb.lower():
        case "new":
            return _new(named, desk)
        case "show" if named:
            return Done(then=ShowGroup(groups.find(desk.db, _whole(rest)).id))
        case "delete" if named:
            return Done(then=AskDeleteGroup(groups.find(desk.db, _whole(rest)).id))
    raise BadArguments


def _new(named: re.Match[str] | None, desk: Desk) -> Done:
    """A whole group at once; what is missing, or cannot be read, is asked for."""
    if named is None:
        return begin(desk)
    name = named["quoted"] if named["quoted"] is not None else named["word"]
    word, _, rest = named["rest"].partition(" ")
    if not word:
        return begin(desk, name)
    if word.lower() not in list(Matching):
        raise BadArguments
    rules = [part.strip() for part in _PART.findall(rest) if part.strip()]
    try:
        group = groups_save.create(desk.db, name, word, rules, by=desk.actor, setup=desk.setup, now=desk.now)
    except RuleError as error:
        readable = [rule for rule in rules if rule != error.source]
        return begin(desk, name, matching=word.lower(), rules=readable, wrong=error.source)
    if (draft := begun(desk)) is not None and fold(draft.name) == fold(name):
        drafts.clear(desk.db, desk.actor.id)
    return Done(desk.say("groups.made", name=excerpt(group.name, NAME)), then=ShowGroup(group.id))


def _whole(name: str) -> str:
    """The name of a group that is there, with or without quotes around it."""
    return name.strip().strip('"“”„«»')
