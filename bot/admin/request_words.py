"""What every screen says of a request, and the buttons that move it on."""

from __future__ import annotations

from bot.admin.presses import CloseRequest, HandOver, Place, TakeRequest
from bot.services import users
from bot.ui.desk import Desk
from bot.ui.html import Words, name
from bot.ui.screen import Button, Style
from bot.ui.times import age
from models import Request


def request_state(request: Request, desk: Desk) -> Words:
    """Whether a request waits, who has it, or who closed it and how long it took."""
    if request.closed_at is not None:
        return _closed(request, desk)
    if request.taken_by is None:
        return desk.say("requests.waiting", since=desk.ago(request.opened_at))
    who = name(users.name(desk.db, request.taken_by))
    if request.handed_by is None or request.handed_by == request.taken_by:
        return desk.say("requests.taken", who=who)
    return desk.say("requests.handed", who=who, by=name(users.name(desk.db, request.handed_by)))


def _closed(request: Request, desk: Desk) -> Words:
    assert request.closed_at is not None
    closed = desk.time(request.closed_at)
    if request.closed_by is None:
        return desk.say(
            "requests.fell_asleep" if request.closed_why == "silence" else "requests.given_up", since=closed
        )
    took = age(request.opened_at, request.closed_at, desk.language)
    who = name(users.name(desk.db, request.closed_by))
    stars = desk.say("requests.rated", rating=request.rating) if request.rating is not None else ""
    return Words(desk.say("requests.closed", since=closed, who=who, took=took) + stars)


def first_step(request: Request, place: Place, desk: Desk) -> Button | None:
    """Take it, or once somebody has it hand it over."""
    if request.closed_at is not None:
        return None
    if request.taken_by is None:
        return Button(desk.say("requests.take"), TakeRequest(request.id, place), style=Style.PRIMARY)
    return Button(desk.say("requests.hand_over"), HandOver(request.id, place))


def close_button(request: Request | None, place: Place, desk: Desk) -> Button | None:
    """End an open request without touching the switch."""
    if request is None or request.closed_at is not None:
        return None
    return Button(desk.say("requests.close"), CloseRequest(request.id, place))
