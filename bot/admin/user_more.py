"""What else can be done about a user, and what happened with them: pushes and requests."""

from __future__ import annotations

from bot.admin import find
from bot.admin.bans import ban_button
from bot.admin.flow_presses import PlayFlow
from bot.admin.people import called, person
from bot.admin.presses import ListUsers, Note, ShowConversation, ShowUser
from bot.admin.request_words import request_state
from bot.admin.user_data import AskDeleteUser, ExportUser
from bot.admin.user_presses import (
    ListPlanned,
    MessageUser,
    PickBlock,
    PickVariable,
    ShowAsked,
    ShowMore,
    ShowNotes,
    ShowReceived,
    ShowTags,
)
from bot.services import conversation_page, deliveries, messages_planned, requests_list
from bot.services.conversation_page import PageLine
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import Html, excerpt, html, lines, name, paragraphs
from bot.ui.pager import SIZE, onward
from bot.ui.registry import page
from bot.ui.screen import Button, Screen, Step, rows_of
from models import Delivery, PushRun, Request, User

_EXCERPT, _NOTE = 80, 400


def steps(user: User, desk: Desk, *, more: bool = True) -> tuple[Step, ...]:
    """The way to a screen about a user: the list (for those who have it), the card, and what else can be done."""
    to_list = (Step(desk.say("users.title"), ListUsers()),) if desk.actor.role >= Role.ADMIN else ()
    last = (Step(desk.say("user.more"), ShowMore(user.id)),) if more else ()
    return (*to_list, Step(called(user), ShowUser(user.id)), *last)


@page(ShowMore, role=Role.STAFF)
def show_more(press: ShowMore, desk: Desk) -> Screen:
    """Everything that is not on the card itself."""
    user = find.known(desk, press.user_id)
    planned = len(messages_planned.of_user(desk.db, user.id))
    for_staff = (
        Button(desk.say("user.message"), MessageUser(user.id)),
        Button(desk.say("user.edit_tags"), ShowTags(user.id)),
        Button(desk.say("user.requests"), ShowAsked(user.id)),
        ban_button(user, desk),
        Button(desk.say("user.planned", count=planned), ListPlanned(user.id)) if planned else None,
    )
    for_admins = (
        Button(desk.say("user.edit_variable"), PickVariable(user.id)),
        Button(desk.say("user.move"), PickBlock(user.id)),
        Button(desk.say("user.received"), ShowReceived(user.id)),
        Button(desk.say("user.play"), PlayFlow(None, user_id=user.id)),
        Button(desk.say("user.export"), ExportUser(user.id)),
        Button(desk.say("user.delete"), AskDeleteUser(user.id)),
    )
    offered = (*for_staff, *(for_admins if desk.actor.role >= Role.ADMIN else ()))
    return Screen(person(user), rows_of(*offered, width=2), steps(user, desk, more=False))


@page(ShowReceived, role=Role.ADMIN)
def received(press: ShowReceived, desk: Desk) -> Screen:
    """What became of the pushes for this user, the latest first."""
    user = find.known(desk, press.user_id)
    found = deliveries.with_titles(desk.db, user.id, before=press.before or None, limit=SIZE + 1)
    entries = [_delivery(delivery, run, title, desk) for delivery, run, title in found[:SIZE]]
    text = paragraphs(person(user), *entries or [html("{}", desk.say("user.no_pushes"))])
    more = ShowReceived(user.id, found[SIZE - 1][1].id) if len(found) > SIZE else None
    turns = onward(desk, first=ShowReceived(user.id) if press.before else None, more=more)
    return Screen(text, turns, steps(user, desk))


def _delivery(delivery: Delivery, run: PushRun, title: str, desk: Desk) -> Html:
    state = desk.say(f"user.push_{delivery.state}")
    when = desk.time(delivery.ended_at or run.created_at)
    reason = html("<i>{}</i>", excerpt(delivery.reason, _EXCERPT)) if delivery.reason else None
    return lines(html("<b>{}</b>", excerpt(title, _EXCERPT)), html("{} · {}", state, when), reason)


@page(ShowNotes, role=Role.STAFF)
def notes(press: ShowNotes, desk: Desk) -> Screen:
    """What staff wrote for each other about this user, the latest first."""
    user = find.known(desk, press.user_id)
    found = conversation_page.notes(desk.db, user.id, before=press.before or None, size=SIZE + 1)
    entries = [noted(line, desk) for line in found[:SIZE]]
    text = paragraphs(person(user), *entries or [html("{}", desk.say("user.no_notes"))])
    more = ShowNotes(user.id, found[SIZE - 1].number) if len(found) > SIZE else None
    turns = onward(desk, first=ShowNotes(user.id) if press.before else None, more=more)
    write = Button(desk.say("conversation.write_note"), Note(user.id))
    return Screen(text, (*turns, (write,)), steps(user, desk, more=False))


def noted(line: PageLine, desk: Desk) -> Html:
    """One note: whose, when, and what."""
    who = desk.say("conversation.note", who=name(line.author_name))
    return lines(html("<b>{}</b> · {}", who, desk.time(line.at)), html("{}", excerpt(line.words, _NOTE)))


@page(ShowAsked, role=Role.STAFF)
def asked(press: ShowAsked, desk: Desk) -> Screen:
    """The requests of this user, the latest first, and what became of them."""
    user = find.known(desk, press.user_id)
    found = requests_list.of_user(desk.db, user.id, before=press.before or None, limit=SIZE + 1)
    entries = [_request(request, desk) for request in found[:SIZE]]
    text = paragraphs(person(user), *entries or [html("{}", desk.say("user.no_requests"))])
    more = ShowAsked(user.id, found[SIZE - 1].id) if len(found) > SIZE else None
    turns = onward(desk, first=ShowAsked(user.id) if press.before else None, more=more)
    conversation = Button(desk.say("user.conversation"), ShowConversation(user.id))
    return Screen(text, (*turns, (conversation,)), steps(user, desk))


def _request(request: Request, desk: Desk) -> Html:
    opened = html("{} · {}", desk.time(request.opened_at), request_state(request, desk))
    return lines(opened, html("{}", excerpt(request.text, _EXCERPT)))
