"""What a user writes while the bot is silent, as staff get it in their own chat; drawn when it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.admin.people import called, person
from bot.admin.presses import Reply, ShowConversation
from bot.flow.markup import TEXT_LIMIT
from bot.services import conversations, requests_meant, roles, users
from bot.services.conversations import PageLine
from bot.services.roles import Role
from bot.services.setup import Setup
from bot.ui.desk import Desk
from bot.ui.html import Html, excerpt, html, length, lines, quote
from bot.ui.screen import Button, Row, Screen
from models import User

#: A message that is passed on is shown whole as far as Telegram's limits for a text and for a caption go.
_RELAYED, _UNDER_A_FILE = 3500, 900
#: Characters of what a message answers, where that is not in the chat.
_ANSWERED = 80


def draw_relay(db: Session, user_id: int, number: int, viewer_id: int, setup: Setup, now: datetime) -> Screen | None:
    """What a user wrote while the bot is silent, for one member of staff; None where the line is gone.

    A file that came with it is the caller's to send; this is the text beside it.
    """
    desk = Desk(db, roles.actor(db, viewer_id, setup), now, setup)
    line, user = conversations.line(db, user_id, number), users.get(db, user_id)
    if line is None or user is None or desk.actor.role < Role.STAFF:
        return None
    kind = html("<i>{}</i>", desk.say(f"kinds.{line.kind}")) if line.kind != "text" else None
    limit = _RELAYED if kind is None else _UNDER_A_FILE
    if kind is None and len(line.words) > _RELAYED:
        return _whole(line, user, desk)
    shown = lines(person(user), kind, _marks(line, desk), _answers(line, user_id, desk), quote(line.words, limit))
    return Screen(shown, (_buttons(user_id, desk),))


def _whole(line: PageLine, user: User, desk: Desk) -> Screen:
    """As long as a text can be, so that nothing else fits beside it: the name is on a button."""
    marks = _marks(line, desk) or Html()
    room = (
        TEXT_LIMIT - length(marks) - 1 - line.words.count("/")
    )  # what keeps a command from being tapped is a sign too
    name = Button(called(user), ShowConversation(user.id, anew=True))
    return Screen(lines(marks, quote(line.words, room)), ((name,), _buttons(user.id, desk)))


def draw_relays(
    db: Session, user_id: int, numbers: Sequence[int], viewer_id: int, setup: Setup, now: datetime
) -> Screen | None:
    """Several short messages of one user in one, in order: whoever writes a lot is not read one by one."""
    desk = Desk(db, roles.actor(db, viewer_id, setup), now, setup)
    found = [conversations.line(db, user_id, number) for number in numbers]
    user = users.get(db, user_id)
    if user is None or desk.actor.role < Role.STAFF:
        return None
    written = [lines(_marks(line, desk), quote(line.words, _RELAYED)) for line in found if line is not None]
    return Screen(lines(person(user), *written), (_buttons(user_id, desk),))


def under_album(
    db: Session, user_id: int, parts: Sequence[PageLine], viewer_id: int, setup: Setup, now: datetime
) -> list[str]:
    """The captions of an album's parts; the first one says whose it is."""
    desk = Desk(db, roles.actor(db, viewer_id, setup), now, setup)
    user = users.get(db, user_id)
    captions: list[Html] = [lines(_marks(line, desk), quote(line.words, _UNDER_A_FILE)) for line in parts]
    return [lines(person(user) if user else None, captions[0]), *captions[1:]]


def _marks(line: PageLine, desk: Desk) -> Html | None:
    return html("<i>{}</i>", desk.say("conversation.edited")) if line.edited else None


def _answers(line: PageLine, user_id: int, desk: Desk) -> Html | None:
    """What it answers, in words: where the message is in this chat, Telegram shows it itself."""
    if line.reply_to is None or requests_meant.place_of(desk.db, desk.actor.id, user_id, line.reply_to) is not None:
        return None
    words = requests_meant.words_of(desk.db, user_id, line.reply_to)
    return html("<i>{}</i>", desk.say("conversation.answers", words=excerpt(words, _ANSWERED))) if words else None


def _buttons(user_id: int, desk: Desk) -> Row:
    reply = Button(desk.say("conversation.reply"), Reply(user_id, anew=True))
    return (reply, Button(desk.say("requests.open_conversation"), ShowConversation(user_id, anew=True)))
