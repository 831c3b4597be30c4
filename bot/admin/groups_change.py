"""Changing a saved group: its name, its rules, what lies between them; a copy; the end of it."""

from __future__ import annotations

from bot.admin.groups import to_card
from bot.admin.groups_new import cancel
from bot.admin.groups_presses import (
    AddRule,
    AskDeleteGroup,
    AskNewName,
    ChangeRule,
    DeleteGroup,
    DuplicateGroup,
    EditRules,
    ListGroups,
    RemoveRule,
    RenameGroup,
    SetMatching,
    ShowGroup,
)
from bot.admin.groups_words import NAME, count, counted, described, names, rule_list
from bot.services import drafts, groups, groups_delete, groups_rules, groups_save, groups_usage
from bot.services.conversations import Incoming
from bot.services.groups import SavedRules
from bot.services.groups_usage import Usage
from bot.services.roles import Role
from bot.ui.confirm import question
from bot.ui.desk import Desk
from bot.ui.html import Html, excerpt, html, lines, paragraphs
from bot.ui.press import pack
from bot.ui.registry import action, page, typed
from bot.ui.screen import Button, Done, Row, Screen


@page(EditRules, role=Role.ADMIN)
def edit_rules(press: EditRules, desk: Desk) -> Screen:
    """Each rule with a button to change it and one to remove it."""
    group = groups.get(desk.db, press.group_id)
    head = html("<b>{}</b> · {}", excerpt(group.name, NAME), counted(count(group.rule, desk), desk))
    rules = rule_list(group.matching, [(line.text, line.rule) for line in group.lines], desk)
    text = paragraphs(head, rules, html("{}", desk.say("groups.how_edit")))
    add = Button(desk.say("groups.add_rule"), AddRule(group.id))
    return Screen(text, (*_rows(group, desk), (add,)), to_card(group, desk))


def _rows(group: SavedRules, desk: Desk) -> list[Row]:
    return [
        (
            Button(f"✎ {place}. {described(line.rule, line.text, desk)}", ChangeRule(group.id, *line.seen)),
            Button(desk.say("groups.remove_rule", place=place), RemoveRule(group.id, *line.seen)),
        )
        for place, line in enumerate(group.lines, start=1)
    ]


@action(RemoveRule, role=Role.ADMIN)
def remove_rule(press: RemoveRule, desk: Desk) -> Done:
    """The rule goes; the number of members that is left is on the card."""
    group = groups_rules.remove(desk.db, press.group_id, press.position, press.mark, by=desk.actor, now=desk.now)
    return Done(_now_has(group, desk), then=ShowGroup(group.id))


@action(SetMatching, role=Role.ADMIN)
def set_matching(press: SetMatching, desk: Desk) -> Done:
    """All, any or everyone; the toast says how many that are."""
    group = groups_save.set_matching(
        desk.db, press.group_id, press.matching, by=desk.actor, setup=desk.setup, now=desk.now
    )
    return Done(_now_has(group, desk), then=ShowGroup(group.id))


def _now_has(group: SavedRules, desk: Desk) -> str:
    members = counted(count(group.rule, desk), desk)
    return desk.say("groups.now_has", name=excerpt(group.name, NAME), members=members)


@action(DuplicateGroup, role=Role.ADMIN)
def duplicate(press: DuplicateGroup, desk: Desk) -> Done:
    """A copy with a name of its own; its card follows."""
    copy = groups_save.duplicate(desk.db, press.group_id, by=desk.actor, now=desk.now)
    return Done(desk.say("groups.made", name=excerpt(copy.name, NAME)), then=ShowGroup(copy.id))


@action(RenameGroup, role=Role.ADMIN)
def begin_rename(press: RenameGroup, desk: Desk) -> Done:
    """From now on the next message is the new name."""
    group = groups.get(desk.db, press.group_id)
    drafts.put(desk.db, desk.actor.id, pack(AskNewName(group.id)), {}, desk.now)
    return Done(then=AskNewName(group.id))


@page(AskNewName, role=Role.ADMIN)
def ask_new_name(press: AskNewName, desk: Desk) -> Screen:
    """Which name?"""
    group = groups.get(desk.db, press.group_id)
    text = html("{}", desk.say("groups.ask_new_name", name=excerpt(group.name, NAME)))
    return Screen(text, (cancel(desk),), to_card(group, desk))


@typed(AskNewName, role=Role.ADMIN)
def take_new_name(press: AskNewName, incoming: Incoming, desk: Desk) -> Done:
    """The new name; rules of other groups follow."""
    group = groups_save.rename(desk.db, press.group_id, incoming.words, by=desk.actor, setup=desk.setup, now=desk.now)
    return Done(desk.say("groups.renamed", name=excerpt(group.name, NAME)), then=ShowGroup(group.id))


@page(AskDeleteGroup, role=Role.ADMIN)
def ask_delete(press: AskDeleteGroup, desk: Desk) -> Screen:
    """What is lost, who uses the group, and what becomes of them."""
    group = groups.get(desk.db, press.group_id)
    usage = groups_usage.of(desk.db, group, desk.setup.flow)
    name = excerpt(group.name, NAME)
    if usage.blocks:
        needs = desk.say("groups.flow_needs_it", name=name, blocks=names(usage.blocks, desk))
        return Screen(html("{}", needs), (), to_card(group, desk))
    members = counted(count(group.rule, desk), desk)
    asked = html("{}", desk.say("groups.ask_delete", name=name, members=members))
    label = "groups.delete_yes" if usage.free else "groups.detach_yes"
    yes = Button(desk.say(label), DeleteGroup(group.id, not usage.free))
    text = paragraphs(asked, _consequences(usage, desk))
    return question(desk, text, yes=yes, no=ShowGroup(group.id), path=to_card(group, desk))


def _consequences(usage: Usage, desk: Desk) -> Html:
    return lines(
        html("{}", desk.say("groups.pushes_lose_it", names=names(usage.pushes, desk))) if usage.pushes else None,
        html("{}", desk.say("groups.pushes_only_here", names=names(usage.only_here, desk)))
        if usage.only_here
        else None,
        html("{}", desk.say("groups.groups_keep_rules", names=names(usage.groups, desk))) if usage.groups else None,
    )


@action(DeleteGroup, role=Role.ADMIN)
def delete(press: DeleteGroup, desk: Desk) -> Done:
    """The group is gone; who uses it since the question was asked keeps it here."""
    group = groups_delete.delete(
        desk.db, press.group_id, detach=press.detach, by=desk.actor, setup=desk.setup, now=desk.now
    )
    return Done(desk.say("groups.deleted", name=excerpt(group.name, NAME)), then=ListGroups())
