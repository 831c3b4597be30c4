"""Topics of pushes (news, offers …): who has left one, and the way back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, select, union
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from bot.flow.markup import clean
from bot.rules import fold
from bot.services import sql, users_pushes
from bot.services.refusal import Refusal
from models import Push, TopicLeft, User

#: In flows the topic of this name means all pushes.
ALL = "all"
#: Characters of a topic.
TOPIC_LENGTH = 32

_LEFT = sql.table(TopicLeft)


def read(written: str) -> str:
    """A topic as it is stored. Raises a Refusal for one that is empty, too long, or means all."""
    topic = fold(clean(written))
    if not topic or len(topic) > TOPIC_LENGTH or topic == ALL:
        raise Refusal("push.bad_topic", limit=TOPIC_LENGTH)
    return topic


def leave(db: Session, user_id: int, topic: str | None, now: datetime) -> bool:
    """Send somebody nothing more of a topic (None: nothing at all); false if it was so already."""
    if topic is None or topic == ALL:
        return users_pushes.want(db, user_id, False, by=user_id, now=now)
    row = {"user_id": user_id, "topic": topic, "left_at": now}
    added = sql.insert(sql.dialect(db), TopicLeft).values(row).on_conflict_do_nothing().returning(_LEFT.c.user_id)
    return db.scalar(added) is not None


def come_back(db: Session, user_id: int, topic: str | None, now: datetime) -> bool:
    """Send a topic again (None: everything, topics that were left too); false if nothing changes.

    Who wants a topic wants pushes, so it also ends "no pushes at all".
    """
    wants = users_pushes.want(db, user_id, True, by=user_id, now=now)
    gone = delete(_LEFT).where(_LEFT.c.user_id == user_id)
    if topic is not None and topic != ALL:
        gone = gone.where(_LEFT.c.topic == topic)
    return bool(db.scalars(gone.returning(_LEFT.c.topic)).all()) or wants


def has_left(topic: Any) -> ColumnElement[bool]:
    """The condition on a row of `users` that this person has left a topic (a text or a bound one)."""
    return exists().where(_LEFT.c.user_id == User.id, _LEFT.c.topic == topic)


def left_by(db: Session, user_id: int) -> list[str]:
    """The topics that somebody has left, by name."""
    return list(db.scalars(select(_LEFT.c.topic).where(_LEFT.c.user_id == user_id).order_by(_LEFT.c.topic)))


def known(db: Session) -> list[str]:
    """Every topic that a push has or somebody has left, by name."""
    of_pushes = select(Push.topic).where(Push.topic.is_not(None), Push.deleted_at.is_(None))
    return sorted(db.scalars(union(of_pushes, select(_LEFT.c.topic).distinct())))
