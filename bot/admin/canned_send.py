"""Inserting a canned answer: from a conversation with buttons, or typed as /c and its name."""

from __future__ import annotations

from bot.admin import find
from bot.admin.conversation_presses import ListCanned, PickCanned, SendCanned, ViewCanned
from bot.admin.people import called, person
from bot.admin.presses import ShowConversation, WriteReply
from bot.flow.content import Content
from bot.flow.markup import TEXT_LIMIT
from bot.services import canned, drafts, requests, requests_list
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import excerpt, html, lines, paragraphs, untapped
from bot.ui.pager import SIZE, onward
from bot.ui.press import parse
from bot.ui.registry import action, command, page
from bot.ui.screen import Button, Done, Screen, Step, Style, rows_of
from models import CannedAnswer, User

_EXCERPT = 80


@page(PickCanned, role=Role.STAFF)
def pick(press: PickCanned, desk: Desk) -> Screen:
    """Which one? It is shown as the user would get it before it goes."""
    user = find.known(desk, press.user_id)
    found = canned.page(desk.db, after=press.after, size=SIZE)
    entries = [html("<b>{}</b> {}", row.name, excerpt(row.text, _EXCERPT)) for row in found.rows]
    shown = lines(*entries) or html("{}", desk.say("canned.none"))
    more = PickCanned(user.id, found.rows[-1].name) if found.more else None
    rows = (
        *rows_of(*(Button(row.name, ViewCanned(user.id, row.id)) for row in found.rows)),
        *onward(desk, first=PickCanned(user.id) if press.after else None, more=more),
        (Button(desk.say("canned.title"), ListCanned()),),
    )
    return Screen(paragraphs(person(user), shown), rows, _path(user, desk))


def _path(user: User, desk: Desk) -> tuple[Step, ...]:
    return (Step(called(user), ShowConversation(user.id)),)


@page(ViewCanned, role=Role.STAFF)
def view(press: ViewCanned, desk: Desk) -> Screen:
    """The words as this user would get them."""
    user, found = find.known(desk, press.user_id), canned.get(desk.db, press.canned_id)
    words = canned.filled(desk.db, found, user.id, setup=desk.setup, now=desk.now)
    send = Button(desk.say("canned.send"), SendCanned(user.id, found.id, canned.mark(found)), style=Style.SUCCESS)
    back = (*_path(user, desk), Step(desk.say("canned.button"), PickCanned(user.id)))
    return Screen(paragraphs(person(user), untapped(words, TEXT_LIMIT - 200)), ((send,),), back)


@action(SendCanned, role=Role.STAFF)
def send(press: SendCanned, desk: Desk) -> Done:
    """It goes to the user, unless somebody has changed it since it was shown."""
    found = canned.get(desk.db, press.canned_id)
    if canned.mark(found) != press.mark:
        raise Refusal("canned.changed")
    return _send(found, press.user_id, desk)


def _send(found: CannedAnswer, user_id: int, desk: Desk) -> Done:
    user = find.known(desk, user_id)
    content = Content(text=canned.filled(desk.db, found, user.id, setup=desk.setup, now=desk.now))
    answered = requests.answer(desk.db, user.id, content, by=desk.actor, setup=desk.setup, now=desk.now)
    said = desk.say("conversation.replied", name=called(user))
    return Done(said, then=ShowConversation(user.id), pending=answered.pending)


@command("c", role=Role.STAFF, usage="/c <name> [id or @name]", example="/c hours")
def canned_answer_command(arguments: str, desk: Desk) -> Done:
    """Send one: to whom an answer was begun, else to the one whose request one has, else to whom it says."""
    name, _, whom = arguments.partition(" ")
    if not name:
        return Done(then=ListCanned())
    found = canned.named(desk.db, name)
    user_id = find.one(desk, whom.strip()).id if whom.strip() else _whom(desk)
    return _send(found, user_id, desk)


def _whom(desk: Desk) -> int:
    draft = drafts.get(desk.db, desk.actor.id)
    begun = parse(draft.expects) if draft else None
    if isinstance(begun, WriteReply):
        drafts.clear(desk.db, desk.actor.id)
        return begun.user_id
    mine = requests_list.taken_by(desk.db, desk.actor.id, limit=2)
    if len(mine) != 1:
        raise Refusal("canned.to_whom")
    return mine[0].user_id
