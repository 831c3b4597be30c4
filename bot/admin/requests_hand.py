"""Handing a request over: to whom, and done."""

from __future__ import annotations

from bot.admin.people import called
from bot.admin.presses import GiveTo, HandOver, ListRequests, Place, ShowConversation
from bot.admin.requests import after
from bot.services import requests, requests_hand, users
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import html, name
from bot.ui.pager import SIZE, onward
from bot.ui.registry import action, page
from bot.ui.screen import Button, Done, Screen, Step, rows_of
from models import Request


@page(HandOver, role=Role.STAFF)
def pick_colleague(press: HandOver, desk: Desk) -> Screen:
    """Everybody with support messages on, but whoever has it."""
    request = _known(press.request_id, desk)
    colleagues = requests_hand.colleagues(desk.db, request.taken_by)[press.start :]
    buttons = [
        Button(name(called_so), GiveTo(request.id, one, request.taken_by, press.place))
        for one, called_so in colleagues[:SIZE]
    ]
    more = HandOver(request.id, press.place, press.start + SIZE) if len(colleagues) > SIZE else None
    first = HandOver(request.id, press.place) if press.start else None
    user = users.get(desk.db, request.user_id)
    asked = desk.say("requests.to_whom" if colleagues else "requests.no_colleague", name=called(user) if user else "")
    rows = (*rows_of(*buttons, width=2), *onward(desk, first=first, more=more))
    back = ShowConversation(request.user_id)
    path = (Step(desk.say("requests.title"), ListRequests()), Step(called(user) if user else "—", back))
    return Screen(html("{}", asked), rows, path, anew=press.place == Place.ALERT)


@action(GiveTo, role=Role.STAFF)
def hand_over(press: GiveTo, desk: Desk) -> Done:
    """It is the colleague's, who gets its alert."""
    pending = requests_hand.hand_over(
        desk.db, press.request_id, press.staff_id, seen=press.seen, by=desk.actor, now=desk.now
    )
    request = _known(press.request_id, desk)
    who = name(users.name(desk.db, press.staff_id))
    then = after(press.place, request.user_id) or ShowConversation(request.user_id)
    return Done(desk.say("requests.handed_over", who=who), then, pending)


def _known(request_id: int, desk: Desk) -> Request:
    request = requests.get(desk.db, request_id)
    if request is None:
        raise Refusal("refusals.unknown_request")
    return request
