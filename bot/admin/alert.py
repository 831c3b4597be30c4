"""What staff see of a request in their own chat: the alert, and what is passed on; drawn when it is sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.admin.conversation import request_state, switch
from bot.admin.facts import fact
from bot.admin.people import link_to, person
from bot.admin.presses import Place, Reply, ShowConversation, TakeRequest
from bot.services import conversations, requests, roles, users
from bot.services.roles import Role
from bot.services.setup import Setup
from bot.services.users import UserCard
from bot.ui.desk import Desk
from bot.ui.html import Html, excerpt, html, lines, paragraphs, quote
from bot.ui.screen import Button, Row, Screen, Style, rows_of
from models import Request, User

#: Variables on an alert; the card has all of them.
_VARIABLES = 8
_VALUE = 60
#: A message that is passed on is shown whole as far as Telegram's limits for a text and for a caption go.
_RELAYED, _UNDER_A_FILE = 3500, 900


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
    return paragraphs(lines(head, who), quote(request.text), lines(where, asked, _variables(card, desk)), way)


def _variables(card: UserCard, desk: Desk) -> Html:
    declared = desk.setup.flow.variables
    shown = [
        html("{}: {}", label, excerpt(fact(value, desk), _VALUE))
        for name, value in list(card.variables.items())[:_VARIABLES]
        if (label := excerpt((name in declared and declared[name].label) or name, _VALUE))
    ]
    return lines(*shown)


def _buttons(request: Request, user: User, desk: Desk) -> tuple[Row, ...]:
    waits = request.closed_at is None and request.taken_by is None
    take = Button(desk.say("requests.take"), TakeRequest(request.id, Place.ALERT), style=Style.PRIMARY)
    opened = Button(desk.say("requests.open_conversation"), ShowConversation(user.id, anew=True))
    link = link_to(user)
    return (
        *rows_of(take if waits else None, Button(desk.say("conversation.reply"), Reply(user.id, anew=True))),
        *rows_of(opened, switch(user, Place.ALERT, desk), width=2),
        *rows_of(Button(desk.say("alert.person"), url=link) if link else None),
    )


def draw_relay(db: Session, user_id: int, number: int, viewer_id: int, setup: Setup, now: datetime) -> Screen | None:
    """What a user wrote while the bot is silent, for one member of staff; None where the line is gone.

    A file that came with it is the caller's to send; this is the text beside it.
    """
    desk = Desk(db, roles.actor(db, viewer_id, setup), now, setup)
    line, user = conversations.line(db, user_id, number), users.get(db, user_id)
    if line is None or user is None or desk.actor.role < Role.STAFF:
        return None
    kind = html("<i>{}</i>", desk.say(f"kinds.{line.kind}")) if line.kind != "text" else None
    edited = html("<i>{}</i>", desk.say("conversation.edited")) if line.edited else None
    reply = Button(desk.say("conversation.reply"), Reply(user_id, anew=True))
    opened = Button(desk.say("requests.open_conversation"), ShowConversation(user_id, anew=True))
    limit = _RELAYED if kind is None else _UNDER_A_FILE
    return Screen(lines(person(user), kind, edited, quote(line.words, limit)), ((reply, opened),))
