"""What staff see of a request in their own chat: the alert, or a summary of many; drawn when it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.admin.conversation import switch
from bot.admin.facts import fact
from bot.admin.people import link_to, numbered, person
from bot.admin.presses import ListRequests, Place, Reply, ShowConversation
from bot.admin.request_words import close_button, first_step, request_state
from bot.services import conversations, requests, roles, users
from bot.services.setup import Setup
from bot.services.users import UserCard
from bot.ui.desk import Desk
from bot.ui.html import Html, excerpt, folded, html, lines, paragraphs, quote
from bot.ui.screen import Button, Row, Screen, rows_of
from models import Request, User

#: Variables on an alert; the card has all of them.
_VARIABLES = 8
_VALUE = 60
#: Lines of the talk before, and characters of each request in a summary.
_TALK, _SUMMED = 5, 100


def draw_alert(db: Session, request_id: int, viewer_id: int, setup: Setup, now: datetime) -> Screen | None:
    """A request as it is at this moment, for one member of staff; None where it does not exist any more."""
    desk = Desk(db, roles.actor(db, viewer_id, setup), now, setup)
    request = requests.get(db, request_id)
    card = users.card(db, request.user_id) if request else None
    if request is None or card is None:
        return None
    return Screen(_text(request, card, desk), _buttons(request, card.user, desk))


def _text(request: Request, card: UserCard, desk: Desk) -> Html:
    user = card.user
    # An alert stays as it is for hours, so it says when it was asked and not how long ago.
    waits = request.closed_at is None and request.taken_by is None
    state = desk.say("alert.waiting") if waits else request_state(request, desk)
    head = html("<b>{}</b> · {}", desk.say("alert.title"), state)
    who = html("{}{}", person(user), html(" · @{}", user.username) if user.username else Html())
    where = html("{}", desk.say("alert.where", block=excerpt(request.block or "—", _VALUE)))
    asked = html("{}", desk.say("alert.asked", since=desk.time(request.opened_at)))
    link = f"https://t.me/{desk.setup.bot_username}?start=c_{request.token}"
    way = html('<a href="{}">{}</a>', link, desk.say("alert.link"))
    facts = lines(where, asked, _variables(card, desk))
    said = quote(request.rating_comment or "")
    return paragraphs(lines(head, who), quote(request.text), facts, _talk(request, desk), said, way)


def _talk(request: Request, desk: Desk) -> Html | None:
    """What was said before, the last lines of it."""
    before = conversations.last_before(desk.db, request.user_id, request.opened_at, _TALK)
    said = [f"{'←' if line.direction == 'out' else '→'} {excerpt(line.words, _VALUE)}" for line in before if line.words]
    return folded("\n".join(said)) if said else None


def _variables(card: UserCard, desk: Desk) -> Html:
    declared = desk.setup.flow.variables
    shown = [
        html("{}: {}", label, excerpt(fact(value, desk), _VALUE))
        for name, value in list(card.variables.items())[:_VARIABLES]
        if (label := excerpt((name in declared and declared[name].label) or name, _VALUE))
    ]
    return lines(*shown)


def _buttons(request: Request, user: User, desk: Desk) -> tuple[Row, ...]:
    opened = Button(desk.say("requests.open_conversation"), ShowConversation(user.id, anew=True))
    link = link_to(user)
    return (
        *rows_of(
            first_step(request, Place.ALERT, desk), Button(desk.say("conversation.reply"), Reply(user.id, anew=True))
        ),
        *rows_of(opened, close_button(request, Place.ALERT, desk), width=2),
        *rows_of(switch(user, Place.ALERT, desk), width=2),
        *rows_of(Button(desk.say("alert.person"), url=link) if link else None),
    )


def draw_summary(db: Session, request_ids: Sequence[int], viewer_id: int, setup: Setup, now: datetime) -> Screen | None:
    """Many requests in one message: each on a line with its state, a number opens its conversation."""
    desk = Desk(db, roles.actor(db, viewer_id, setup), now, setup)
    found = [
        (request, user) for one in request_ids if (request := requests.get(db, one)) and (user := _of(db, request))
    ]
    if not found:
        return None
    head = html("<b>{}</b>", desk.say("alert.summary", count=len(found)))
    entries = [_entry(place, request, user, desk) for place, (request, user) in enumerate(found, 1)]
    numbers = [
        Button(numbered(place, user), ShowConversation(user.id, anew=True)) for place, (_, user) in enumerate(found, 1)
    ]
    queue = Button(desk.say("requests.title"), ListRequests())
    return Screen(paragraphs(head, *entries), (*rows_of(*numbers), (queue,)))


def _of(db: Session, request: Request) -> User | None:
    return users.get(db, request.user_id)


def _entry(place: int, request: Request, user: User, desk: Desk) -> Html:
    waits = request.closed_at is None and request.taken_by is None
    state = desk.say("alert.waiting") if waits else request_state(request, desk)
    who = html("{}. {} · <i>{}</i>", place, person(user), state)
    return lines(who, html("{}", excerpt(request.text, _SUMMED)))
