"""Letters that are drawn when they are sent: alerts of support requests, and what people write to staff."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.admin.alert import draw_alert, draw_relay
from bot.admin.people import called
from bot.admin.presses import ShowConversation
from bot.compose import BARE, METHODS, compose
from bot.flow.content import Content, Kind
from bot.services import conversations, outgoing, roles, users
from bot.services.outgoing import Letter
from bot.services.roles import Role
from bot.services.setup import Setup
from bot.ui.html import Html
from bot.ui.screen import Button, Screen
from bot.ui.telegram import parameters
from bot.wire import Call


def draw(db: Session, letter: Letter, *, setup: Setup, now: datetime) -> Call | None:
    """The call that sends an alert or a relay as things stand now; None: there is nothing to say (any more)."""
    viewer = letter.user_id
    if roles.role_of(db, viewer, setup) < Role.STAFF:
        return None  # no longer one of staff since it was written
    if letter.kind == outgoing.ALERT:
        screen = draw_alert(db, letter.request_id or 0, viewer, setup, now)
        return Call("sendMessage", {"chat_id": viewer, **parameters(screen)}) if screen else None
    user_id, number = letter.content["relay_of"]
    screen = draw_relay(db, user_id, number, viewer, setup, now)
    return _with_what_came(db, viewer, user_id, number, screen) if screen else None


def _with_what_came(db: Session, chat_id: int, user_id: int, number: int, screen: Screen) -> Call:
    """The text as it is; a file with the text under it; what Telegram shows without words, with a name on a button."""
    line = conversations.line(db, user_id, number)
    kind = Kind(line.kind) if line else Kind.TEXT
    if line is None or kind is Kind.TEXT or line.telegram_id is None:
        return Call("sendMessage", {"chat_id": chat_id, **parameters(screen)})
    if kind in METHODS and line.file_id:
        shown = screen if kind not in BARE else _named(db, user_id, screen)
        reference = f"id:{line.file_id}"
        call = compose(chat_id, Content(kind, screen.text, reference), {reference: line.file_id})
        return Call(call.method, {**call.parameters, **_buttons(shown)})
    copied = {"chat_id": chat_id, "from_chat_id": user_id, "message_id": line.telegram_id}
    return Call("copyMessage", {**copied, **_buttons(_named(db, user_id, screen))})


def _buttons(screen: Screen) -> dict[str, Any]:
    return {"reply_markup": parameters(screen)["reply_markup"]}


def _named(db: Session, user_id: int, screen: Screen) -> Screen:
    user = users.get(db, user_id)
    label = called(user) if user else str(user_id)
    return Screen(Html(), ((Button(label, ShowConversation(user_id, anew=True)),), *screen.rows))
