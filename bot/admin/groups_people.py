"""Groups and people: the members of a group, and why somebody is in it or is not."""

from __future__ import annotations

from bot.admin import find
from bot.admin.facts import fact
from bot.admin.groups import to_card
from bot.admin.groups_presses import ListMembers, ListMemberships, ShowGroup, WhyGroup
from bot.admin.groups_words import NAME, RULE, count, counted, described
from bot.admin.people import called, person
from bot.admin.places import key_of, moment_of
from bot.admin.presses import ListUsers, ShowUser
from bot.admin.users import entries, numbers
from bot.rules import Fact
from bot.services import groups, groups_members, groups_why, users_list
from bot.services.audience import Page
from bot.services.audience_order import Key
from bot.services.groups import Matching
from bot.services.groups_why import Verdict, Why
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import Html, Words, excerpt, html, lines, paragraphs
from bot.ui.pager import SIZE, onward, turns
from bot.ui.registry import page
from bot.ui.screen import Button, Row, Screen, Step, rows_of
from models import User

_ON_BUTTON = 16
_VALUE = 80
#: Rules with what is known that fit on one screen whatever they say.
_RULES = 12


@page(ListMembers, role=Role.ADMIN)
def member_list(press: ListMembers, desk: Desk) -> Screen:
    """The members, last active first; a number opens the card."""
    group = groups.get(desk.db, press.group_id)
    key = key_of(press.moment, press.user_id)
    after, before = (None, key) if press.newer else (key, None)
    found = groups_members.page(
        desk.db, group.rule, setup=desk.setup, now=desk.now, after=after, before=before, size=SIZE
    )
    people = users_list.in_order(desk.db, found.ids)
    head = html("<b>{}</b> · {}", excerpt(group.name, NAME), counted(count(group.rule, desk), desk))
    empty = html("{}", desk.say("groups.nobody")) if not people else None
    rows = (*numbers(people), *_turns(group.id, found, desk))
    return Screen(paragraphs(head, lines(*entries(people, desk)), empty), rows, to_card(group, desk))


def _turns(group_id: int, found: Page, desk: Desk) -> tuple[Row, ...]:
    newer = _at(group_id, found.previous, newer=True) if found.previous else None
    older = _at(group_id, found.next, newer=False) if found.next else None
    return turns(desk, newer=newer, older=older)


def _at(group_id: int, key: Key, *, newer: bool) -> ListMembers:
    return ListMembers(group_id, moment_of(key), key.user_id, newer)


@page(ListMemberships, role=Role.ADMIN)
def memberships(press: ListMemberships, desk: Desk) -> Screen:
    """All groups, each with whether this user is in it; a button tells why."""
    user = find.known(desk, press.user_id)
    found, more = groups_why.memberships(
        desk.db, user.id, before=press.before, size=SIZE, setup=desk.setup, now=desk.now
    )
    shown = [html("{} <b>{}</b>", _mark(member), excerpt(group.name, NAME)) for group, member in found]
    empty = html("{}", desk.say("groups.none")) if not found else None
    buttons = [
        Button(Words(f"{_mark(member)} {excerpt(group.name, _ON_BUTTON)}"), WhyGroup(user.id, group.id))
        for group, member in found
    ]
    first = ListMemberships(user.id) if press.before is not None else None
    more_press = ListMemberships(user.id, found[-1][0].id) if more else None
    rows = (*rows_of(*buttons, width=2), *onward(desk, first=first, more=more_press))
    return Screen(paragraphs(person(user), lines(*shown), empty), rows, _to_user(user, desk))


@page(WhyGroup, role=Role.ADMIN)
def why(press: WhyGroup, desk: Desk) -> Screen:
    """Each rule with what is known of the user, and yes or no."""
    user = find.known(desk, press.user_id)
    found = groups_why.why(desk.db, press.group_id, user.id, setup=desk.setup, now=desk.now)
    shown = [_verdict(place, verdict, desk) for place, verdict in enumerate(found.verdicts[:_RULES], start=1)]
    rest = len(found.verdicts) - _RULES
    more = html("{}", desk.say("groups.more_rules", count=rest)) if rest > 0 else None
    text = paragraphs(_head(found, user, desk), *shown, more)
    path = (*_to_user(user, desk), Step(desk.say("groups.title"), ListMemberships(user.id)))
    group = Button(excerpt(found.group.name, _ON_BUTTON), ShowGroup(found.group.id))
    return Screen(text, ((group,),), path)


def _to_user(user: User, desk: Desk) -> tuple[Step, ...]:
    return (Step(desk.say("users.title"), ListUsers()), Step(called(user), ShowUser(user.id)))


def _head(found: Why, user: User, desk: Desk) -> Html:
    name = excerpt(found.group.name, NAME)
    is_member = desk.say("groups.is_member" if found.member else "groups.is_no_member", name=name)
    return lines(person(user), html("{} {}", _mark(found.member), is_member), html("<i>{}</i>", _between(found, desk)))


def _between(found: Why, desk: Desk) -> Words:
    if found.group.matching is Matching.EVERYONE:
        return desk.say("groups.is_everyone")
    return desk.say(f"groups.holds_{found.group.matching}" if found.verdicts else "groups.no_rules")


def _verdict(place: int, verdict: Verdict, desk: Desk) -> Html:
    rule = described(verdict.line.rule, excerpt(verdict.line.text, RULE), desk)
    known = [
        html("   {}: {}", _label(field, desk), _value(value, desk))
        for field, value in list(verdict.known.items())[:SIZE]
    ]
    inside = [
        html("   {} {}", _mark(member), excerpt(name, NAME)) for name, member in list(verdict.member_of.items())[:SIZE]
    ]
    return lines(html("{} {}. {}", _mark(verdict.holds), place, rule), *known, *inside)


def _value(value: Fact | None, desk: Desk) -> Words:
    return desk.say("groups.not_known") if value is None else excerpt(fact(value, desk), _VALUE)


def _label(field: str, desk: Desk) -> Words:
    declared = desk.setup.flow.variables.get(field)
    return excerpt((declared and declared.label) or field, _ON_BUTTON * 2)


def _mark(yes: bool) -> str:
    return "✓" if yes else "✗"
