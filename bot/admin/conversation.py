"""One conversation as staff read it: who wrote what and when, paged both ways, with the switch and the pen."""

from __future__ import annotations

from collections.abc import Sequence

from bot.admin import find
from bot.admin.conversation_presses import AskWords, FindWords, PickCanned, SendMedia
from bot.admin.people import called, person
from bot.admin.presses import (
    ListRequests,
    Note,
    Place,
    Reply,
    ShowConversation,
    ShowUser,
    SwitchBotOff,
    SwitchBotOn,
)
from bot.admin.request_words import close_button, first_step, request_state
from bot.services import conversations, filters, requests, users
from bot.services.conversations import PageLine
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import Html, Words, html, lines, name, paragraphs, quote
from bot.ui.pager import SIZE, turns
from bot.ui.registry import BadArguments, command, link, page
from bot.ui.screen import Button, Done, Row, Screen, Step, Style, rows_of
from models import Request, User

#: Characters of one message; eight of them stay well under Telegram's limit.
_SHOWN = 320


@page(ShowConversation, role=Role.STAFF)
def conversation(press: ShowConversation, desk: Desk) -> Screen:
    """Eight messages, oldest first, under the state of the bot and of the request."""
    user = find.known(desk, press.user_id)
    request = requests.open_of(desk.db, user.id)
    shown = conversations.page(desk.db, user.id, before=press.before, after=press.after, size=SIZE)
    written = [shown_line(line, user, desk) for line in shown.lines] or [html("{}", desk.say("conversation.empty"))]
    older = ShowConversation(user.id, before=shown.lines[0].number) if shown.lines and shown.older else None
    newer = ShowConversation(user.id, after=shown.lines[-1].number) if shown.lines and shown.newer else None
    rows = (*media_buttons(user.id, shown.lines, desk), *turns(desk, newer=newer, older=older))
    rows = (*rows, *_buttons(user, request, desk))
    path = (Step(desk.say("requests.title"), ListRequests()),)
    return Screen(paragraphs(_head(user, request, desk), *written), rows, path, anew=press.anew)


def media_buttons(user_id: int, shown: Sequence[PageLine], desk: Desk) -> tuple[Row, ...]:
    """A press on one sends the real thing."""
    return rows_of(
        *(Button(_media_label(line, desk), SendMedia(user_id, line.number)) for line in shown if _is_more(line))
    )


def _is_more(line: PageLine) -> bool:
    """Whether there is more to see than fits here: a file, a place, or all of a long text."""
    return line.media or len(line.words) > _SHOWN


def _media_label(line: PageLine, desk: Desk) -> str:
    return f"📎 {line.number} {desk.say(f'kinds.{line.kind}')}"


def _head(user: User, request: Request | None, desk: Desk) -> Html:
    return lines(
        person(user),
        html("{}", bot_state(user, desk)),
        html("{}", request_state(request, desk)) if request else None,
        html("{}", desk.say("conversation.zone", zone=desk.setup.zone.key)),
    )


def bot_state(user: User, desk: Desk) -> Words:
    """Whether the bot answers this user, and else since when it does not and who switched it off."""
    if user.bot_off_since is None:
        return desk.say("user.bot_is_on")
    since = desk.time(user.bot_off_since)
    if user.bot_off_by is None:
        return desk.say("user.bot_off_by_flow", since=since)
    return desk.say("user.bot_off_by", since=since, who=name(users.name(desk.db, user.bot_off_by)))


def shown_line(line: PageLine, user: User, desk: Desk) -> Html:
    """Who wrote it and when, what became of it, and its words; a thing has the number of its button."""
    marks = [desk.short_time(line.at), desk.say("conversation.edited") if line.edited else None, _fate(line, desk)]
    head = html("<b>{}</b> · {}", _author(line, user, desk), " · ".join(mark for mark in marks if mark))
    number = f"📎 {line.number} " if _is_more(line) else ""
    kind = html("<i>{}{}</i>", number, desk.say(f"kinds.{line.kind}")) if number or line.kind != "text" else None
    return lines(head, kind, quote(line.words, _SHOWN))


def _author(line: PageLine, user: User, desk: Desk) -> Words:
    if line.direction == "note":
        return desk.say("conversation.note", who=name(line.author_name))
    if line.author == "user":
        return called(user)
    if line.author == "staff":
        return desk.say("conversation.staff", who=name(line.author_name))
    return desk.say("conversation.push" if line.author == "push" else "conversation.bot")


def _fate(line: PageLine, desk: Desk) -> Words | None:
    """What became of a message of ours; of what the bot says by itself only what went wrong."""
    match line.state:
        case "waiting":
            return desk.say("conversation.waiting")
        case "sent" | "stale" if line.author == "staff":
            return desk.say("conversation.delivered")
        case "failed":
            return desk.say("conversation.failed", reason=line.reason or "")
        case "unsure":
            return desk.say("conversation.unsure")
    return None


def _buttons(user: User, request: Request | None, desk: Desk) -> tuple[Row, ...]:
    here = Place.CONVERSATION
    return (
        *rows_of(
            first_step(request, here, desk) if request else None,
            Button(desk.say("conversation.reply"), Reply(user.id)),
            Button(desk.say("conversation.write_note"), Note(user.id)),
        ),
        *rows_of(
            Button(desk.say("canned.button"), PickCanned(user.id)),
            Button(desk.say("conversation.search"), AskWords(user.id)),
            close_button(request, here, desk),
        ),
        (switch(user, here, desk), Button(desk.say("conversation.card"), ShowUser(user.id))),
    )


def switch(user: User, place: Place, desk: Desk) -> Button:
    """The button that hands a user to staff, or back to the bot."""
    if user.bot_off_since is None:
        return Button(desk.say("requests.deactivate"), SwitchBotOff(user.id, place))
    return Button(desk.say("requests.reactivate"), SwitchBotOn(user.id, place), style=Style.SUCCESS)


@command(
    "conversation",
    role=Role.STAFF,
    usage="/conversation <id or @name> [-- words]",
    example="/conversation 42 -- invoice",
)
def conversation_command(arguments: str, desk: Desk) -> Done:
    """The conversation of one user; with words behind a dash, what has them."""
    whom, _, words = arguments.partition(" -- ")
    if not whom.strip():
        raise BadArguments
    user = find.one(desk, whom.strip())
    if words.strip():
        return Done(then=FindWords(user.id, filters.keep(desk.db, words.strip())))
    return Done(then=ShowConversation(user.id))


@link("c_", role=Role.STAFF)
def conversation_link(token: str, desk: Desk) -> Done:
    """The link in an alert, t.me/<bot>?start=c_<token>."""
    request = requests.by_token(desk.db, token)
    if request is None:
        raise Refusal("refusals.unknown_request")
    return Done(then=ShowConversation(request.user_id))
