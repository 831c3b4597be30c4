"""What one update comes to, as one transaction each: the dispatcher for staff and admins, else the conversation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot import texts
from bot.admin import picker
from bot.admin.picker import Offer
from bot.admin.reply import content_of
from bot.flow.content import Kind
from bot.flow.heard import Commanded, Started
from bot.services import conversations, edits, inbox, people, roles, users_reach
from bot.services.conversations import Incoming, Outcome
from bot.services.people import Sender
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.services.setup import Setup
from bot.ui import router
from bot.ui.registry import LINKS
from bot.ui.router import Acted, Refused

#: What comes as changed again and again while somebody walks or people vote; a copy of it stays as it was.
NEVER_CHANGED = frozenset({Kind.LOCATION, Kind.POLL, Kind.CONTACT, Kind.OTHER})
#: How a visit ended: the flow spoke, something was done, or the rules said no.
Visit = Outcome | Acted | Refused


def press(db: Session, data: str, sender: Sender, *, update_id: int, setup: Setup, now: datetime) -> Visit:
    """A button of a screen was pressed.

    Who did it is noted last: a person's row is locked until the end, and those whose words are passed on to staff lock
    their own row before that of staff. Whoever did it the other way round would run into a deadlock with them.
    """
    found = router.press(db, data, user_id=sender.id, update_id=update_id, setup=setup, now=now)
    people.meet(db, sender, setup=setup, now=now)
    return _settled(db, found, update_id, now)


def command(db: Session, incoming: Incoming, *, update_id: int, setup: Setup, now: datetime) -> Visit:
    """A command was typed, or a link opened: one of the application's, or a word for the flow."""
    sender = incoming.sender
    if not users_reach.met(db, sender.id):
        people.meet(db, sender, setup=setup, now=now, source=_source(incoming))
    match incoming.heard:
        case Started(parameter):
            found = router.link(db, parameter, user_id=sender.id, update_id=update_id, setup=setup, now=now)
        case Commanded("c") if incoming.reply_to is not None:
            found = router.replied(db, incoming, user_id=sender.id, update_id=update_id, setup=setup, now=now)
        case Commanded(name, arguments):
            found = router.command(db, name, arguments, user_id=sender.id, update_id=update_id, setup=setup, now=now)
        case _:
            found = None
    if found is None:
        return conversations.hear(db, incoming, update_id=update_id, setup=setup, now=now)
    people.meet(db, sender, setup=setup, now=now)
    return _settled(db, found, update_id, now)


def message(db: Session, incoming: Incoming, *, update_id: int, setup: Setup, now: datetime) -> Visit:
    """Anything else came: staff's answer to a message, what a draft waits for, or a part of the conversation."""
    user_id = incoming.sender.id
    found = None
    if incoming.reply_to is not None or incoming.album is not None:
        found = router.replied(db, incoming, user_id=user_id, update_id=update_id, setup=setup, now=now)
    if found is None:
        found = router.typed(db, incoming, user_id=user_id, update_id=update_id, setup=setup, now=now)
    if found is None:
        return conversations.hear(db, incoming, update_id=update_id, setup=setup, now=now)
    return _settled(db, found, update_id, now)


def edited(db: Session, incoming: Incoming, *, update_id: int, setup: Setup, now: datetime) -> Visit:
    """A message was changed: what was made of it by staff changes too, else it is a part of the conversation."""
    user_id, telegram_id = incoming.sender.id, incoming.telegram_id
    actor = roles.actor(db, user_id, setup)
    if actor.role < Role.STAFF or telegram_id is None or incoming.kind in NEVER_CHANGED:
        return conversations.hear(db, incoming, update_id=update_id, setup=setup, now=now)
    try:
        pending = edits.of_staff(db, (user_id, telegram_id), content_of(incoming), by=actor, now=now)
    except Refusal as refusal:
        sentence = texts.say(actor.language or setup.language, refusal.key, **refusal.values)
        return _settled(db, Refused(sentence), update_id, now)
    if pending is None:
        return conversations.hear(db, incoming, update_id=update_id, setup=setup, now=now)
    inbox.mark_done(db, update_id, now)
    return Outcome(pending)


def upload(
    db: Session, name: str, text: str, sender: Sender, *, update_id: int, setup: Setup, now: datetime
) -> Acted | Refused:
    """A file came that is a command in itself."""
    found = router.upload(db, name, text, user_id=sender.id, update_id=update_id, setup=setup, now=now)
    people.meet(db, sender, setup=setup, now=now)
    return _settled(db, found, update_id, now)


def unreadable(db: Session, key: str, sender: Sender, *, update_id: int, setup: Setup, now: datetime) -> Refused:
    """Such a file came and cannot be read: the wording `key` says why."""
    user = people.meet(db, sender, setup=setup, now=now)
    inbox.mark_done(db, update_id, now)
    return Refused(texts.say(user.language or setup.language, key))


def blocked(db: Session, user_id: int, on: bool, *, update_id: int, setup: Setup, now: datetime) -> None:
    """The person blocked the bot, or lifted the block."""
    if on:
        users_reach.mark_blocked(db, user_id, now)
    else:
        users_reach.mark_unblocked(db, user_id)
    inbox.mark_done(db, update_id, now)


def inline(db: Session, words: str, user_id: int, *, update_id: int, setup: Setup, now: datetime) -> list[Offer]:
    """Somebody typed behind the bot's name; nobody is met by that."""
    inbox.mark_done(db, update_id, now)
    return picker.offers(db, words, user_id=user_id, setup=setup, now=now)


def nothing(db: Session, *, update_id: int, setup: Setup, now: datetime) -> None:
    """There is nothing to do for this update."""
    inbox.mark_done(db, update_id, now)


def elsewhere(
    db: Session, tried: str, user_id: int | None, chat_id: int, *, update_id: int, setup: Setup, now: datetime
) -> None:
    """Something was pressed or typed where the bot has no screens."""
    if inbox.mark_done(db, update_id, now):
        router.elsewhere(db, tried, user_id=user_id, chat_id=chat_id, now=now)


def _source(incoming: Incoming) -> str | None:
    """What the first link carried, if it is none of the application's own (those are secrets)."""
    if not isinstance(incoming.heard, Started) or incoming.heard.parameter.startswith(tuple(LINKS)):
        return None
    return incoming.heard.parameter or None


def _settled(db: Session, found: Acted | Refused, update_id: int, now: datetime) -> Acted | Refused:
    """A refusal has nothing left to show: the update is done with it."""
    if isinstance(found, Refused):
        inbox.mark_done(db, update_id, now)
    return found
