"""What became of one step in the staff group: the topic's row follows, and what cannot be there goes another way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

import structlog
from sqlalchemy.orm import Session

from bot.services import requests_open, support_group, support_topics, support_topics_posts
from bot.services.receipt import Outcome, Receipt
from bot.services.setup import Setup
from bot.services.support_topics import TopicState
from models import Request

log = structlog.get_logger(__name__)

#: Parts of Telegram's sentences, lower case.
GONE = ("thread not found", "topic_id_invalid", "topic_deleted", "topic not found")
CLOSED = ("topic_closed",)
NO_CARD = ("message to edit not found", "message can't be edited", "message_id_invalid")
NO_RIGHT = ("not enough rights", "have no rights", "chat_admin_required", "not a forum", "need administrator rights")


class Kind(Enum):
    """What a step does."""

    MAKE = "make"
    CARD = "card"
    POST = "post"
    #: The card says what is.
    STATE = "state"
    #: Nothing is left to do for a closed request, or a line needs no post.
    SETTLE = "settle"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to be done for one topic."""

    kind: Kind
    topic: TopicState
    #: Of posts: the lines up to here are there then, and the lines in them.
    upto: int = 0
    numbers: tuple[int, ...] = ()


def note(
    db: Session, step: Step, receipt: Receipt, ids: tuple[int, ...], *, setup: Setup, now: datetime
) -> frozenset[int]:
    """Write down how a step ended; `ids` are Telegram's, of the topic or of what was sent.

    Returns whom there is something to send to because of it.
    """
    if receipt.outcome in (Outcome.RETRY, Outcome.UNSURE):
        return frozenset()
    if receipt.outcome is Outcome.SENT:
        _done(db, step, ids, now)
        return frozenset()
    reason = receipt.reason.lower()
    if receipt.outcome is Outcome.REFUSED and _any(GONE, reason):
        return support_group.remake(db, step.topic, setup=setup, now=now)
    if receipt.outcome is Outcome.REFUSED and not _any(NO_RIGHT, reason):
        return _refused(db, step, receipt.reason, setup, now)
    return support_group.lose(db, step.topic.chat_id, receipt.reason, setup=setup, now=now)


def _done(db: Session, step: Step, ids: tuple[int, ...], now: datetime) -> None:
    topic = step.topic
    match step.kind:
        case Kind.MAKE:
            support_topics.note_made(db, topic, ids[0], now)
        case Kind.CARD:
            support_topics.note_card(db, topic, ids[0], now)
        case Kind.POST:
            posts = list(zip(ids, step.numbers, strict=True)) if len(ids) == len(step.numbers) else []
            support_topics.note_posted(db, topic, step.upto, now)
            support_topics_posts.put(db, topic, posts)
        case Kind.STATE:
            support_topics.note_shown(db, topic, now)
        case Kind.SETTLE:
            support_topics.note_posted(db, topic, step.upto, now)
            support_topics.settle(db, topic, now)


def _refused(db: Session, step: Step, reason: str, setup: Setup, now: datetime) -> frozenset[int]:
    """Telegram takes this one not: lines go to staff directly, a card that is gone is sent again, a title stays."""
    topic = step.topic
    log.warning("a step in the staff group was refused", step=step.kind.value, request=topic.request_id, reason=reason)
    if step.kind in (Kind.MAKE, Kind.CARD):
        return support_group.lose(db, topic.chat_id, reason, setup=setup, now=now)
    if step.kind is Kind.STATE:
        if _any(NO_CARD, reason.lower()):
            support_topics.note_card(db, topic, None, now)
        else:
            support_topics.note_shown(db, topic, now)
        return frozenset()
    return _not_posted(db, step, setup, now)


def _not_posted(db: Session, step: Step, setup: Setup, now: datetime) -> frozenset[int]:
    """A change of a post that is gone comes as a post of its own; anything else goes to staff directly."""
    topic = step.topic
    lines = [line for line in support_topics.unposted(db, topic) if line.number in step.numbers]
    if lines and lines[0].content.get("edited") and support_topics_posts.forget(db, topic, lines[0]):
        return frozenset()
    request = db.get_one(Request, topic.request_id)
    staff = requests_open.listeners(db, request.taken_by, setup.owners)
    for line in lines:
        support_group.pass_on(db, topic, line, staff, now)
    support_topics.note_posted(db, topic, step.upto, now)
    return frozenset(staff)


def _any(parts: tuple[str, ...], words: str) -> bool:
    return any(part in words for part in parts)
