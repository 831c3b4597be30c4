"""The pen: an answer or a note is begun with a button, and the next message is it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.admin import find
from bot.admin.people import called
from bot.admin.presses import DropReply, Note, Reply, ShowConversation, WriteNote, WriteReply
from bot.flow.content import Content, Kind
from bot.flow.heard import Commanded
from bot.flow.markup import escape
from bot.services import canned as canned_answers
from bot.services import drafts, requests, requests_answer, requests_meant
from bot.services.conversations import Incoming
from bot.services.refusal import Refusal
from bot.services.requests import NOTE_MARK, Answered, Origin
from bot.services.roles import Role
from bot.services.setup import Setup
from bot.ui.desk import Desk
from bot.ui.html import html
from bot.ui.press import Press, pack, parse
from bot.ui.registry import action, page, replied, typed
from bot.ui.screen import Button, Done, Screen, Step

#: The command that stands for a canned answer.
CANNED = "c"
#: What can be passed on by Telegram's id of the file.
_FILES = frozenset(
    {Kind.PHOTO, Kind.VIDEO, Kind.ANIMATION, Kind.DOCUMENT, Kind.AUDIO, Kind.VOICE, Kind.VIDEO_NOTE, Kind.STICKER}
)


@action(Reply, role=Role.STAFF)
def begin_reply(press: Reply, desk: Desk) -> Done:
    """From now on the next message of this member of staff goes to the user."""
    return _begin(press.user_id, WriteReply(press.user_id, press.anew), desk)


@action(Note, role=Role.STAFF)
def begin_note(press: Note, desk: Desk) -> Done:
    """From now on the next message of this member of staff is a note."""
    return _begin(press.user_id, WriteNote(press.user_id), desk)


def _begin(user_id: int, press: Press, desk: Desk) -> Done:
    find.known(desk, user_id)
    drafts.put(desk.db, desk.actor.id, pack(press), {}, desk.now)
    return Done(then=press)


@page(WriteReply, role=Role.STAFF)
def ask_reply(press: WriteReply, desk: Desk) -> Screen:
    """Write it as your next message."""
    return replace(_question("conversation.ask_reply", press.user_id, desk), anew=press.anew)


@page(WriteNote, role=Role.STAFF)
def ask_note(press: WriteNote, desk: Desk) -> Screen:
    """Write the note as your next message."""
    return _question("conversation.ask_note", press.user_id, desk)


def _question(key: str, user_id: int, desk: Desk) -> Screen:
    user = find.known(desk, user_id)
    cancel = Button(desk.say("ui.cancel"), DropReply(user_id))
    path = (Step(called(user), ShowConversation(user_id)),)
    return Screen(html("{}", desk.say(key, name=called(user), id=str(user_id))), ((cancel,),), path)


@typed(WriteReply, role=Role.STAFF)
def take_reply(press: WriteReply, incoming: Incoming, desk: Desk) -> Done:
    """The message goes to the user; a line that begins with // is a note."""
    content = canned(press.user_id, incoming, desk.db, desk.setup, desk.now) or content_of(incoming)
    source = (desk.actor.id, incoming.telegram_id) if incoming.telegram_id is not None else None
    origin = Origin(source, press.quotes, incoming.album, press.request_id)
    done = requests.answer(
        desk.db, press.user_id, content, by=desk.actor, origin=origin, setup=desk.setup, now=desk.now
    )
    then = ShowConversation(press.user_id, anew=True)
    return Done(_said(done, press, desk), then=then, pending=done.pending)


def _said(done: Answered, press: WriteReply, desk: Desk) -> str:
    """A reply in the chat gets a reaction once it arrived, and words only for what that cannot say."""
    user = called(find.known(desk, press.user_id))
    if done.noted:
        return desk.say("conversation.noted", name=user)
    if done.reopened:
        return desk.say("requests.reopened", name=user)
    in_chat = press.request_id is not None or press.quotes is not None
    return "" if in_chat else desk.say("conversation.replied", name=user)


def canned(user_id: int, incoming: Incoming, db: Session, setup: Setup, now: datetime) -> Content | None:
    """What "/c" and a name stand for: the canned answer, as that user gets it; None for everything else."""
    if not isinstance(incoming.heard, Commanded) or incoming.heard.name != CANNED:
        return None
    found = canned_answers.named(db, incoming.heard.arguments)
    return Content(text=canned_answers.filled(db, found, user_id, setup=setup, now=now))


@typed(WriteNote, role=Role.STAFF)
def take_note(press: WriteNote, incoming: Incoming, desk: Desk) -> Done:
    """The message is kept in the log for staff."""
    written = content_of(incoming)
    note = replace(written, text=f"{NOTE_MARK} {written.text.lstrip().removeprefix(NOTE_MARK)}")
    source = (desk.actor.id, incoming.telegram_id) if incoming.telegram_id is not None else None
    requests.answer(desk.db, press.user_id, note, by=desk.actor, origin=Origin(source), setup=desk.setup, now=desk.now)
    user = called(find.known(desk, press.user_id))
    return Done(desk.say("conversation.noted", name=user), then=ShowConversation(press.user_id, anew=True))


@replied
def reply_to_a_person(incoming: Incoming, desk: Desk) -> WriteReply | None:
    """A reply to an alert, or to a message that was passed on, is an answer to whom that message stands for.

    The further parts of an album follow its first one.
    """
    if incoming.album and (goes := requests_answer.album_of(desk.db, desk.actor.id, incoming.album)):
        return WriteReply(goes[0], anew=True, request_id=goes[1])
    meant = requests_meant.meant(desk.db, desk.actor.id, incoming.reply_to) if incoming.reply_to else None
    if meant is None:
        return _by_its_buttons(incoming)
    return WriteReply(meant.user_id, anew=True, request_id=meant.request_id, quotes=meant.quotes)


def _by_its_buttons(incoming: Incoming) -> WriteReply | None:
    """Where the message is not in the log, since the answer to its sending was lost, its buttons say whose it is.

    Buttons that open a message of their own are those of alerts and of what is passed on; screens have others.
    """
    begun = {press for data in incoming.reply_buttons if isinstance(press := parse(data), Reply) and press.anew}
    return WriteReply(begun.pop().user_id, anew=True) if len(begun) == 1 else None


@action(DropReply, role=Role.STAFF)
def drop_reply(press: DropReply, desk: Desk) -> Done:
    """Give it up, and go back to the conversation."""
    drafts.clear(desk.db, desk.actor.id)
    return Done(desk.say("ui.cancelled"), then=ShowConversation(press.user_id))


def content_of(incoming: Incoming, chat_id: int | None = None) -> Content:
    """What a member of staff sent, as a message to somebody else, with its markup.

    What is no text and no file goes on as a copy of their message in `chat_id`; None: in their private chat. Raises a
    Refusal for what cannot.
    """
    words = incoming.html or escape(incoming.words)
    if incoming.kind is Kind.TEXT and incoming.words.strip():
        return Content(text=words)
    if incoming.kind in _FILES and incoming.file_id:
        return Content(incoming.kind, words, media=f"id:{incoming.file_id}")
    if incoming.kind is not Kind.TEXT and incoming.telegram_id is not None:
        copied = (chat_id or incoming.sender.id, incoming.telegram_id)
        return Content(incoming.kind, words, extra=(("copy", copied),))
    raise Refusal("conversation.cannot_pass_on")
