"""Letters as calls: alerts, what people write to staff and ratings are drawn when they are sent, answers composed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.admin.alert import draw_alert, draw_summary
from bot.admin.people import called
from bot.admin.presses import ShowConversation
from bot.admin.rating import draw_rating
from bot.admin.relay import draw_relay, draw_relays, under_album
from bot.compose import BARE, METHODS, answering, compose, edit, together
from bot.flow.content import Content, Kind
from bot.services import contents, conversations, outgoing, requests_meant, roles, users
from bot.services.conversations import PageLine
from bot.services.outgoing import Letter
from bot.services.roles import Role
from bot.services.setup import Setup
from bot.ui.html import Html
from bot.ui.screen import Button, Screen
from bot.ui.telegram import parameters
from bot.wire import Call


def draw(db: Session, letter: Letter, *, setup: Setup, now: datetime) -> Call | None:
    """The call that sends a letter as things stand now; None: there is nothing to say (any more)."""
    viewer = letter.user_id
    if letter.kind == outgoing.RATING:
        return _text(viewer, draw_rating(db, letter.request_id or 0, letter.content["text"], viewer, setup, now))
    if roles.role_of(db, viewer, setup) < Role.STAFF:
        return None  # no longer one of staff since it was written
    letters = outgoing.in_one_message(db, letter)
    if letter.kind == outgoing.ALERT:
        return _text(viewer, _alert(db, letters, setup, now))
    return _relays(db, letters, setup, now)


def written(letter: Letter) -> Call:
    """What staff wrote, as an album or as a change of what was sent; their files are known by Telegram's ids."""
    parts = [contents.from_json(one.content) for one in (letter, *letter.joined)]
    if len(parts) > 1 and not letter.edits:
        files = [(one.kind, _file_of(one), one.text) for one in parts]
        return together(letter.user_id, files, letter.content.get("reply_to"))
    content = parts[-1]
    return compose(letter.user_id, content, {content.media or "": _file_of(content)})


def changed(letter: Letter, call: Call | None) -> Call | None:
    """The call as an edit, where the letter was sent before; None: there is nothing to send, or nothing to change."""
    if call is None or letter.telegram_id is None:
        return call
    return edit(letter.user_id, letter.telegram_id, call)


def _file_of(content: Content) -> str:
    return (content.media or "").removeprefix("id:")


def _alert(db: Session, letters: list[Letter], setup: Setup, now: datetime) -> Screen | None:
    viewer = letters[0].user_id
    ids = [one.request_id or 0 for one in letters]
    if len(ids) > 1:
        return draw_summary(db, ids, viewer, setup, now)
    return draw_alert(db, ids[0], viewer, setup, now)


def _relays(db: Session, letters: list[Letter], setup: Setup, now: datetime) -> Call | None:
    """One message; an album; or many short ones in one."""
    viewer, places = letters[0].user_id, [one.content["relay_of"] for one in letters]
    if len(letters) > 1 and letters[0].album:
        return _album(db, viewer, places, setup, now)
    if len(letters) > 1:
        user_id, numbers = places[0][0], [number for _, number in places]
        return _text(viewer, draw_relays(db, user_id, numbers, viewer, setup, now))
    user_id, number = places[0]
    line = conversations.line(db, user_id, number)
    screen = draw_relay(db, user_id, number, viewer, setup, now)
    if screen is None or line is None:
        return None
    call = _with_what_came(db, viewer, user_id, line, screen)
    quoted = requests_meant.place_of(db, viewer, user_id, line.reply_to)
    kept = {name: value for name, value in call.parameters.items() if not (letters[0].album and name == "reply_markup")}
    return Call(call.method, {**kept, **answering(quoted)})


def _album(db: Session, viewer: int, places: list[list[int]], setup: Setup, now: datetime) -> Call | None:
    """Whoever sent it stands under the first part."""
    lines = [conversations.line(db, user_id, number) for user_id, number in places]
    there = [line for line in lines if line is not None and line.file_id]
    if len(there) < 2:
        return None
    captions = under_album(db, places[0][0], there, viewer, setup, now)
    parts = [(Kind(line.kind), line.file_id or "", caption) for line, caption in zip(there, captions, strict=True)]
    return together(viewer, parts)


def _text(viewer: int, screen: Screen | None) -> Call | None:
    return Call("sendMessage", {"chat_id": viewer, **parameters(screen)}) if screen else None


def _with_what_came(db: Session, chat_id: int, user_id: int, line: PageLine, screen: Screen) -> Call:
    """The text as it is; a file with the text under it; what Telegram shows without words, with a name on a button."""
    kind = Kind(line.kind)
    if kind is Kind.TEXT or line.telegram_id is None:
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
