"""Letters that are drawn when they are sent: alerts of support requests, and what people write to staff."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.admin.alert import draw_alert
from bot.admin.people import called, person
from bot.admin.presses import ShowConversation
from bot.compose import BARE, METHODS, compose
from bot.flow.content import Content, Kind
from bot.services import conversations, outgoing, users
from bot.services.conversations import PageLine
from bot.services.outgoing import Letter
from bot.services.setup import Setup
from bot.ui.html import Html, html, lines, quote
from bot.ui.screen import Button, Screen
from bot.ui.telegram import parameters
from bot.wire import Call
from models import User

#: Characters of a person's words in one relay: the rest of a message is the head.
LONGEST = 3500
LONGEST_CAPTION = 800


def draw(db: Session, letter: Letter, *, setup: Setup, now: datetime) -> Call | None:
    """The call that sends an alert or a relay as things stand now; None: there is nothing to say any more."""
    if letter.kind == outgoing.ALERT:
        if letter.request_id is None:
            return None
        screen = draw_alert(db, letter.request_id, letter.user_id, setup, now)
        return Call("sendMessage", {"chat_id": letter.user_id, **parameters(screen)}) if screen else None
    user_id, number = letter.content["relay_of"]
    user, line = users.get(db, user_id), conversations.line(db, user_id, number)
    return _relay(letter.user_id, user, line) if user and line else None


def _relay(chat_id: int, user: User, line: PageLine) -> Call:
    head = html("{}{}", person(user), " ✎" if line.edited else "")
    kind = Kind(line.kind)
    under = _under(user)
    if kind in METHODS and line.file_id:
        return _with_file(chat_id, lines(head, quote(line.words, LONGEST_CAPTION)), kind, line.file_id, under)
    if kind is Kind.TEXT or line.telegram_id is None:
        screen = Screen(lines(head, quote(line.words, LONGEST)))
        return Call("sendMessage", {"chat_id": chat_id, **parameters(screen), **under})
    copied = {"chat_id": chat_id, "from_chat_id": user.id, "message_id": line.telegram_id}
    return Call("copyMessage", {**copied, **under})


def _with_file(chat_id: int, caption: Html, kind: Kind, file_id: str, under: Mapping[str, Any]) -> Call:
    reference = f"id:{file_id}"
    call = compose(chat_id, Content(kind, "" if kind in BARE else caption, reference), {reference: file_id})
    return Call(call.method, {**call.parameters, **under})


def _under(user: User) -> dict[str, Any]:
    """The way to the conversation; it also says who it was where Telegram shows no words."""
    screen = Screen(Html(), ((Button(called(user), ShowConversation(user.id, anew=True)),),))
    return {"reply_markup": parameters(screen)["reply_markup"]}
