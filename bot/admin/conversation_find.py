"""Looking for words in a conversation, and seeing the real thing behind a line."""

from __future__ import annotations

from bot.admin import find
from bot.admin.conversation import media_buttons, shown_line
from bot.admin.conversation_presses import AskWords, FindWords, SendMedia
from bot.admin.people import called, person
from bot.admin.presses import ListRequests, ShowConversation
from bot.services import conversation_find, conversation_media, drafts, filters
from bot.services.conversations import Incoming
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import excerpt, html, lines, paragraphs
from bot.ui.pager import SIZE, onward
from bot.ui.press import pack
from bot.ui.registry import action, page, typed
from bot.ui.screen import Done, Screen, Step
from models import User

_WORDS = 40


@action(AskWords, role=Role.STAFF)
def begin(press: AskWords, desk: Desk) -> Done:
    """From now on the next message is what is looked for."""
    find.known(desk, press.user_id)
    drafts.put(desk.db, desk.actor.id, pack(press), {}, desk.now)
    return Done(desk.say("conversation.ask_words"), then=ShowConversation(press.user_id), alert=True)


@typed(AskWords, role=Role.STAFF)
def take_words(press: AskWords, incoming: Incoming, desk: Desk) -> Done:
    """What has them."""
    words = incoming.words.strip()
    if not words:
        raise Refusal("conversation.ask_words")
    return Done(then=FindWords(press.user_id, filters.keep(desk.db, words[:200])))


@page(FindWords, role=Role.STAFF)
def found(press: FindWords, desk: Desk) -> Screen:
    """Eight lines with the words, newest first, and the way to older ones."""
    user, words = find.known(desk, press.user_id), filters.text_of(desk.db, press.words)
    shown, onto = conversation_find.find(desk.db, user.id, words, before=press.before, size=SIZE)
    head = html("{}", desk.say("conversation.found", words=excerpt(words, _WORDS)))
    entries = [shown_line(line, user, desk) for line in shown] or [html("{}", desk.say("conversation.not_found"))]
    first = FindWords(user.id, press.words) if press.before is not None else None
    more = FindWords(user.id, press.words, onto) if onto is not None else None
    rows = (*media_buttons(user.id, shown, desk), *onward(desk, first=first, more=more))
    return Screen(paragraphs(lines(person(user), head), *entries), rows, _path(user, desk))


def _path(user: User, desk: Desk) -> tuple[Step, ...]:
    return (Step(desk.say("requests.title"), ListRequests()), Step(called(user), ShowConversation(user.id)))


@action(SendMedia, role=Role.STAFF)
def send_media(press: SendMedia, desk: Desk) -> Done:
    """The real thing comes in a message of its own."""
    conversation_media.show(desk.db, press.user_id, press.number, by=desk.actor, now=desk.now)
    return Done(desk.say("conversation.media_comes"), pending=frozenset({desk.actor.id}))
