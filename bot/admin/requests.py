"""The queue of support requests, taking one, and the switch between bot and staff."""

from __future__ import annotations

from bot.admin import find
from bot.admin.people import called, numbered, person
from bot.admin.presses import (
    CloseRequest,
    ListRequests,
    Place,
    ShowConversation,
    ShowUser,
    SwitchBotOff,
    SwitchBotOn,
    TakeRequest,
)
from bot.admin.request_words import request_state
from bot.services import requests, requests_list
from bot.services.refusal import Refusal
from bot.services.requests import RequestPage
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import Html, excerpt, html, lines, name, paragraphs
from bot.ui.numbers import written
from bot.ui.pager import SIZE, onward
from bot.ui.press import Press
from bot.ui.registry import BadArguments, action, command, page
from bot.ui.screen import Button, Done, Screen, rows_of
from models import Request, User

_EXCERPT = 80


@page(ListRequests, role=Role.STAFF)
def request_list(press: ListRequests, desk: Desk) -> Screen:
    """Open requests, waiting ones first; or all, the newest first. A number opens the conversation."""
    found = _found(press, desk)
    counts = requests.counts(desk.db)
    waiting = written(counts.waiting, desk.language)
    count = desk.say("requests.count", count=counts.open, waiting=waiting)
    entries = [_entry(number, request, user, desk) for number, (request, user) in enumerate(found.rows, start=1)]
    empty = html("{}", desk.say("requests.none" if press.everything else "requests.none_open"))
    text = paragraphs(html("<b>{}</b>\n{}", desk.say("requests.title"), count), *entries or [empty])
    numbers = [
        Button(numbered(number, user), ShowConversation(user.id)) for number, (_, user) in enumerate(found.rows, 1)
    ]
    label = "requests.show_open" if press.everything else "requests.show_all"
    other = (Button(desk.say(label), ListRequests(not press.everything)),)
    return Screen(text, (*rows_of(*numbers), *_onward(press, found, desk), other))


def _found(press: ListRequests, desk: Desk) -> RequestPage:
    if press.everything:
        return requests.page(desk.db, False, press.at, SIZE)
    return requests_list.queue(desk.db, after=press.at, after_taken=press.taken, size=SIZE)


def _onward(press: ListRequests, found: RequestPage, desk: Desk) -> tuple[tuple[Button, ...], ...]:
    first = ListRequests(press.everything) if press.at is not None else None
    if not found.more:
        return onward(desk, first=first, more=None)
    last = found.rows[-1][0]
    taken = not press.everything and last.taken_by is not None
    return onward(desk, first=first, more=ListRequests(press.everything, last.id, taken))


def _entry(number: int, request: Request, user: User, desk: Desk) -> Html:
    asked = html("{}. {} · {}", number, person(user), desk.ago(request.opened_at))
    return lines(asked, html("{}", excerpt(request.text, _EXCERPT)), html("<i>{}</i>", request_state(request, desk)))


@action(TakeRequest, role=Role.STAFF)
def take(press: TakeRequest, desk: Desk) -> Done:
    """The first one has it; the others learn who."""
    taken = requests.take(desk.db, press.request_id, by=desk.actor, now=desk.now)
    request = requests.get(desk.db, press.request_id)
    if request is None:
        raise Refusal("refusals.unknown_request")
    then = after(press.place, request.user_id)
    if taken.won:
        return Done(desk.say("requests.you_have_it"), then, taken.pending)
    key = "requests.too_late_closed" if taken.closed else "requests.too_late"
    return Done(desk.say(key, who=name(taken.by)), then, taken.pending, alert=True)


@action(SwitchBotOff, role=Role.STAFF)
def switch_bot_off(press: SwitchBotOff, desk: Desk) -> Done:
    """The bot falls silent; what the user writes goes to staff."""
    pending = requests.deactivate(desk.db, press.user_id, by=desk.actor, setup=desk.setup, now=desk.now)
    user = find.known(desk, press.user_id)
    return Done(desk.say("user.off", name=called(user)), after(press.place, user.id), pending)


@action(SwitchBotOn, role=Role.STAFF)
def switch_bot_on(press: SwitchBotOn, desk: Desk) -> Done:
    """The bot answers again, the open request is closed, its alerts say who did it."""
    pending = requests.reactivate(desk.db, press.user_id, by=desk.actor, setup=desk.setup, now=desk.now)
    user = find.known(desk, press.user_id)
    return Done(desk.say("user.on", name=called(user)), after(press.place, user.id), pending)


@action(CloseRequest, role=Role.STAFF)
def close(press: CloseRequest, desk: Desk) -> Done:
    """The request is done; whether the bot answers stays as it is, and the sentence says so."""
    pending = requests.close(desk.db, press.request_id, by=desk.actor, setup=desk.setup, now=desk.now)
    request = requests.get(desk.db, press.request_id)
    assert request is not None
    user, then = find.known(desk, request.user_id), after(press.place, request.user_id)
    if pending is None:
        return Done(desk.say("requests.closed_already"), then, alert=True)
    key = "requests.closed_on" if user.bot_off_since is None else "requests.closed_off"
    return Done(desk.say(key, name=called(user)), then, pending)


def after(place: int, user_id: int) -> Press | None:
    """The page that follows a button by where it stands; an alert stays in the chat and changes by itself."""
    match place:
        case Place.CONVERSATION:
            return ShowConversation(user_id)
        case Place.CARD:
            return ShowUser(user_id)
    return None


@command("requests", role=Role.STAFF, usage="/requests [open | all]", example="/requests open")
def requests_command(arguments: str, desk: Desk) -> Done:
    """The queue."""
    if arguments not in ("", "open", "all"):
        raise BadArguments
    return Done(then=ListRequests(everything=arguments == "all"))
