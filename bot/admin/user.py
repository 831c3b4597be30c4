"""The card of a user: everything that is known, the two switches, and the ways on."""

from __future__ import annotations

from bot.admin import find
from bot.admin.bans import restriction
from bot.admin.conversation import bot_state
from bot.admin.facts import fact
from bot.admin.groups_presses import ListMemberships
from bot.admin.people import called, link_to, person
from bot.admin.presses import (
    AskAdmin,
    AskBotOff,
    AskSupportOff,
    ListUsers,
    OpenUser,
    Place,
    SearchUsers,
    ShowConversation,
    ShowUser,
    ShowVariables,
    SwitchBotOff,
    SwitchBotOn,
    SwitchSupport,
)
from bot.admin.request_words import close_button, first_step, request_state
from bot.admin.user_presses import PickVariable, ShowMore, ShowNotes
from bot.admin.users_find import find_button
from bot.services import filters, groups_why, users
from bot.services.roles import Role
from bot.services.users import UserCard
from bot.ui.confirm import question
from bot.ui.desk import Desk
from bot.ui.html import Html, excerpt, html, lines, paragraphs
from bot.ui.pager import SIZE, onward
from bot.ui.registry import BadArguments, command, page
from bot.ui.screen import Button, Done, Row, Screen, Step, rows_of
from models import Request, User

#: Characters of one field on the card, and of one variable on its own page.
_FIELD, _VALUE = 80, 200
_TAGS = 20
#: Groups that are asked about for the card.
_GROUPS = 20


@page(ShowUser, role=Role.STAFF)
def user_card(press: ShowUser, desk: Desk) -> Screen:
    """Who it is, where they stand, and what can be done."""
    return _card(press.user_id, ListUsers(press.rule), desk)


@page(OpenUser, role=Role.STAFF)
def card_of_list(press: OpenUser, desk: Desk) -> Screen:
    """The same; back leads to the page it was opened from."""
    return _card(press.user_id, ListUsers(press.rule, press.sort, press.moment, press.place, press.newer), desk)


def _card(user_id: int, listed: ListUsers, desk: Desk) -> Screen:
    card = find.card(desk, user_id)
    text = paragraphs(_who(card.user, desk), _states(card, desk), lines(_tags(card, desk), _member_of(card, desk)))
    return Screen(text, _buttons(card, desk), _to_list(listed, desk))


def _who(user: User, desk: Desk) -> Html:
    fields = (
        ("phone", user.phone),
        ("email", user.email),
        ("language", user.language),
        ("source", user.source),
    )
    known = [_field(f"user.{label}", value, desk) for label, value in fields if value]
    joined = _field("user.joined", desk.time(user.joined_at), desk)
    seen = _field("user.last_seen", f"{desk.time(user.last_seen_at)} ({desk.ago(user.last_seen_at)})", desk)
    username = html("{}: @{}", desk.say("user.username"), user.username) if user.username else None
    return lines(person(user), username, *known, joined, seen)


def _states(card: UserCard, desk: Desk) -> Html:
    user = card.user
    return lines(
        _field("user.block", card.place.block or desk.say("user.no_block"), desk),
        html("{}", bot_state(user, desk)),
        html("{}", request_state(card.request, desk)) if card.request else None,
        html("<b>{}</b>", taken) if (taken := restriction(user, desk)) else None,
        html("{}", desk.say("user.blocked_since", since=desk.time(user.blocked_at))) if user.blocked_at else None,
        html("{}", desk.say("user.gone_since", since=desk.time(user.gone_at))) if user.gone_at else None,
        html("{}", desk.say("user.unsubscribed", since=desk.time(user.unsubscribed_at)))
        if user.unsubscribed_at
        else None,
        html("{}", desk.say("user.support_since", since=desk.time(user.support_since))) if user.support_since else None,
        html("{}", desk.say("user.is_admin")) if user.role == "admin" else None,
    )


def _tags(card: UserCard, desk: Desk) -> Html | None:
    shown = ", ".join(excerpt(tag, _FIELD) for tag in card.tags[:_TAGS])
    return _field("user.tags", shown, desk, limit=_TAGS * _FIELD) if shown else None


def _member_of(card: UserCard, desk: Desk) -> Html | None:
    """The groups the user is in, among the newest ones; *Why (not) in a group?* has all of them."""
    if desk.actor.role < Role.ADMIN:
        return None
    found, more = groups_why.memberships(desk.db, card.user.id, size=_GROUPS, setup=desk.setup, now=desk.now)
    names = [excerpt(group.name, _FIELD) for group, member in found if member]
    shown = ", ".join((*names, *("…",) * more))
    return _field("user.groups", shown, desk, limit=_GROUPS * _FIELD) if shown else None


def _field(label: str, value: str, desk: Desk, *, limit: int = _FIELD) -> Html:
    return html("{}: {}", desk.say(label), excerpt(value, limit))


def _buttons(card: UserCard, desk: Desk) -> tuple[Row, ...]:
    user = card.user
    link = link_to(user)
    return (
        *rows_of(
            Button(desk.say("user.conversation"), ShowConversation(user.id)),
            Button(desk.say("user.variables", count=len(card.variables)), ShowVariables(user.id)),
            Button(desk.say("user.notes"), ShowNotes(user.id)),
            find_button(desk),
            width=2,
        ),
        *rows_of(_bot_switch(user, desk)),
        *rows_of(*_request_buttons(card.request, desk), width=2),
        *rows_of(_support_switch(user, desk), _admin_switch(user, desk), width=2),
        *rows_of(_groups(user, desk)),
        *rows_of(
            Button(desk.say("user.more"), ShowMore(user.id)),
            Button(desk.say("user.copy_id"), copy=str(user.id)),
            Button(desk.say("alert.person"), url=link) if link else None,
        ),
    )


def _request_buttons(request: Request | None, desk: Desk) -> tuple[Button | None, ...]:
    """What can be done about the open request, if there is one."""
    if request is None:
        return ()
    return first_step(request, Place.CARD, desk), close_button(request, Place.CARD, desk)


def _bot_switch(user: User, desk: Desk) -> Button:
    if user.bot_off_since is None:
        return Button(desk.say("user.switch_bot_off"), AskBotOff(user.id))
    return Button(desk.say("user.switch_bot_on"), SwitchBotOn(user.id, Place.CARD))


def _support_switch(user: User, desk: Desk) -> Button | None:
    if desk.actor.role < Role.ADMIN:
        return None
    if user.support_since is None:
        return Button(desk.say("user.switch_support_on"), SwitchSupport(user.id, on=True))
    return Button(desk.say("user.switch_support_off"), AskSupportOff(user.id))


def _admin_switch(user: User, desk: Desk) -> Button | None:
    if desk.actor.role < Role.OWNER or user.id == desk.actor.id:
        return None
    on = user.role != "admin"
    return Button(desk.say("user.make_admin" if on else "user.end_admin"), AskAdmin(user.id, on))


def _groups(user: User, desk: Desk) -> Button | None:
    if desk.actor.role < Role.ADMIN:
        return None
    return Button(desk.say("groups.why_button"), ListMemberships(user.id))


def _to_list(listed: ListUsers, desk: Desk) -> tuple[Step, ...]:
    """Staff who are no admins have no list of users to go back to."""
    return (Step(desk.say("users.title"), listed),) if desk.actor.role >= Role.ADMIN else ()


@page(AskBotOff, role=Role.STAFF)
def ask_bot_off(press: AskBotOff, desk: Desk) -> Screen:
    """What it means for a user that the bot falls silent."""
    user = find.known(desk, press.user_id)
    yes = Button(desk.say("user.bot_off_yes"), SwitchBotOff(user.id, Place.CARD))
    path = (*_to_list(ListUsers(), desk), Step(called(user), ShowUser(user.id)))
    text = html("{}", desk.say("user.ask_bot_off", name=called(user)))
    return question(desk, text, yes=yes, no=ShowUser(user.id), path=path)


@page(ShowVariables, role=Role.STAFF)
def variables(press: ShowVariables, desk: Desk) -> Screen:
    """What the user told the bot, by name."""
    card = find.card(desk, press.user_id)
    names = [name for name in card.variables if name > press.after]
    entries = [_variable(name, card, desk) for name in names[:SIZE]]
    text = paragraphs(person(card.user), *entries or [html("{}", desk.say("user.no_variables"))])
    more = ShowVariables(press.user_id, names[SIZE - 1]) if len(names) > SIZE else None
    first = ShowVariables(press.user_id) if press.after else None
    path = (*_to_list(ListUsers(), desk), Step(called(card.user), ShowUser(press.user_id)))
    change = (Button(desk.say("user.edit_variable"), PickVariable(press.user_id)),)
    rows = onward(desk, first=first, more=more)
    return Screen(text, (*rows, change) if desk.actor.role >= Role.ADMIN else rows, path)


def _variable(name: str, card: UserCard, desk: Desk) -> Html:
    declared = desk.setup.flow.variables
    label = declared[name].label if name in declared else ""
    return html("<b>{}</b> {}\n{}", name, excerpt(label, _FIELD), excerpt(fact(card.variables[name], desk), _VALUE))


@command("user", role=Role.STAFF, usage="/user <id, @name or name>", example="/user 42")
def user_command(arguments: str, desk: Desk) -> Done:
    """The card of one user; a name that several have opens the search for those who may search."""
    if not arguments:
        raise BadArguments
    found = users.find(desk.db, arguments, limit=2)
    if len(found) > 1 and desk.actor.role >= Role.ADMIN:
        return Done(then=SearchUsers(filters.keep(desk.db, arguments)))
    return Done(then=ShowUser(find.one(desk, arguments).id))
