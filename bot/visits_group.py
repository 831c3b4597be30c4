"""What one update from the staff group comes to, as one transaction each. Whoever is no staff gets nothing there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot import texts
from bot.admin import reply
from bot.services import audit, edits, inbox, requests, roles, support_group, support_topics, support_topics_posts
from bot.services.conversations import Incoming, Outcome
from bot.services.refusal import Refusal
from bot.services.requests_answer import Origin
from bot.services.roles import Actor, Role
from bot.services.setup import Setup
from bot.services.support_topics import TopicState
from bot.ui import router
from bot.ui.router import Acted, Refused
from bot.visits import NEVER_CHANGED

#: A command is for the bot and never for a user, but for a canned answer; "//" begins a note.
COMMAND = re.compile(r"/[A-Za-z0-9_]+(@\w+)?(\s|$)")


@dataclass(frozen=True, slots=True)
class Where:
    """A topic of the staff group."""

    chat_id: int
    thread_id: int


def message(
    db: Session, incoming: Incoming, where: Where, *, update_id: int, setup: Setup, now: datetime
) -> Outcome | Refused:
    """Somebody wrote in a topic: staff's words go to its user, those of all others are nothing to us."""
    if not inbox.mark_done(db, update_id, now):
        return Outcome()
    topic = support_topics.by_thread(db, where.chat_id, where.thread_id)
    actor = roles.actor(db, incoming.sender.id, setup)
    if topic is None or actor.role < Role.STAFF:
        if COMMAND.match(incoming.words):
            router.elsewhere(db, incoming.words, user_id=incoming.sender.id, chat_id=where.chat_id, now=now)
        return Outcome()
    try:
        with db.begin_nested():
            return Outcome(_answer(db, incoming, topic, actor, setup, now))
    except Refusal as refusal:
        return Refused(texts.say(actor.language or setup.language, refusal.key, **refusal.values))


def _answer(
    db: Session, incoming: Incoming, topic: TopicState, actor: Actor, setup: Setup, now: datetime
) -> frozenset[int]:
    stored = reply.canned(topic.user_id, incoming, db, setup, now)
    if stored is None and COMMAND.match(incoming.words):
        raise Refusal("support_topics.command")
    if topic.closed and requests.open_of(db, topic.user_id) is not None:
        raise Refusal("support_topics.moved_on")
    source = (topic.chat_id, incoming.telegram_id) if incoming.telegram_id is not None else None
    quotes = support_topics_posts.quoted(db, topic.chat_id, incoming.reply_to) if incoming.reply_to else None
    origin = Origin(source, quotes, incoming.album, topic.request_id)
    content = stored or reply.content_of(incoming, topic.chat_id)
    return requests.answer(db, topic.user_id, content, by=actor, origin=origin, setup=setup, now=now).pending


def edited(
    db: Session, incoming: Incoming, where: Where, *, update_id: int, setup: Setup, now: datetime
) -> Outcome | Refused:
    """A message in a topic was changed: what was made of it changes too."""
    if not inbox.mark_done(db, update_id, now):
        return Outcome()
    actor = roles.actor(db, incoming.sender.id, setup)
    if actor.role < Role.STAFF or incoming.telegram_id is None or incoming.kind in NEVER_CHANGED:
        return Outcome()
    source = (where.chat_id, incoming.telegram_id)
    try:
        with db.begin_nested():
            return Outcome(edits.of_staff(db, source, reply.content_of(incoming), by=actor, now=now) or frozenset())
    except Refusal as refusal:
        return Refused(texts.say(actor.language or setup.language, refusal.key, **refusal.values))


def door(db: Session, where: Where, shut: bool, *, update_id: int, setup: Setup, now: datetime) -> None:
    """Somebody closed a topic by hand, or opened it again."""
    topic = support_topics.by_thread(db, where.chat_id, where.thread_id)
    if inbox.mark_done(db, update_id, now) and topic is not None:
        support_topics.note_door(db, topic, shut)


def press(db: Session, data: str, user_id: int, *, update_id: int, setup: Setup, now: datetime) -> Acted | Refused:
    """A button of a card was pressed in the group: the role of whoever pressed decides, and nobody is met by that."""
    found = router.press(db, data, user_id=user_id, update_id=update_id, setup=setup, now=now)
    if isinstance(found, Refused):
        inbox.mark_done(db, update_id, now)
    return found


def placed(
    db: Session, chat_id: int, problem: str | None, *, update_id: int, setup: Setup, now: datetime
) -> frozenset[int]:
    """The bot's own place in the staff group has changed: `problem` says why it cannot work there; None: it can."""
    if not inbox.mark_done(db, update_id, now):
        return frozenset()
    if problem is None:
        return support_group.regain(db, chat_id, setup=setup, now=now)
    return support_group.lose(db, chat_id, texts.say(setup.language, problem), setup=setup, now=now)


def migrated(db: Session, old: int, new: int, *, update_id: int, setup: Setup, now: datetime) -> frozenset[int]:
    """The staff group has another id. Returns whom there is something to send to: the group itself."""
    if inbox.mark_done(db, update_id, now) and setup.support.group_id == old:
        support_group.migrate(db, old, new, now)
    return frozenset({new})


def chosen(
    db: Session, who: int, chat_id: int, problem: str | None, *, update_id: int, setup: Setup, now: datetime
) -> str | None:
    """An owner chose the staff group; open requests become topics there.

    Returns the wording of how it ended; None where whoever chose may not.
    """
    if not inbox.mark_done(db, update_id, now):
        return None
    actor = roles.actor(db, who, setup)
    if actor.role < Role.OWNER:
        why = f"needs owner, is {actor.role.name.lower()}"
        audit.record_refusal(db, actor_id=who, action="group.choose", target=f"chat {chat_id}", why=why, now=now)
        return None
    if problem is None:
        support_group.choose(db, chat_id, by=actor, setup=setup, now=now)
    return problem or "support_topics.chosen"
