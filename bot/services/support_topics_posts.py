"""Posts in a topic and the lines that they show: replies and changes find their way by them, in both directions."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from bot.services import sql
from bot.services.support_topics import TopicState, Unposted
from models import DeskPost, Message

_POSTS, _MESSAGES = sql.table(DeskPost), sql.table(Message)


def put(db: Session, topic: TopicState, posts: Sequence[tuple[int, int]]) -> None:
    """`posts` are Telegram's ids and the lines that they show."""
    rows = [
        {"chat_id": topic.chat_id, "telegram_id": shown, "user_id": topic.user_id, "number": number}
        for shown, number in posts
    ]
    if rows:
        db.execute(sql.insert(sql.dialect(db), DeskPost).on_conflict_do_nothing(), rows)


def forget(db: Session, topic: TopicState, line: Unposted | None = None) -> bool:
    """The posts that show a line, or all of the user's, are gone; false if there was none."""
    mine = (_POSTS.c.user_id == topic.user_id) & (_POSTS.c.chat_id == topic.chat_id)
    if line is not None:
        mine &= _POSTS.c.number.in_(select(_MESSAGES.c.number).where(_same(topic, line.telegram_id)).scalar_subquery())
    return bool(db.scalars(delete(_POSTS).where(mine).returning(_POSTS.c.telegram_id)).all())


def quoted(db: Session, chat_id: int, telegram_id: int) -> int | None:
    """The user's message that a post in a topic shows, by Telegram's id in their chat; None: none, or several."""
    same = (_POSTS.c.chat_id == chat_id) & (_POSTS.c.telegram_id == telegram_id)
    line = (_MESSAGES.c.user_id == _POSTS.c.user_id) & (_MESSAGES.c.number == _POSTS.c.number)
    query = select(_MESSAGES.c.telegram_id).select_from(_POSTS.join(_MESSAGES, line))
    found: int | None = db.scalar(query.where(same, _MESSAGES.c.direction == "in"))
    return found


def post_of(db: Session, topic: TopicState, line: Unposted) -> int | None:
    """The post with the earlier version of a line that the user changed; None: it shows others too, or is none."""
    return _shown(db, topic, line.telegram_id) if line.content.get("edited") else None


def answered(db: Session, topic: TopicState, line: Unposted) -> int | None:
    """What a line answers, where it is in the topic: staff's own message there, or a post; None: neither."""
    reply_to = line.content.get("reply_to")
    if reply_to is None:
        return None
    written = select(_MESSAGES.c.source_id).where(_same(topic, reply_to), _MESSAGES.c.source_chat == topic.chat_id)
    found: int | None = db.scalar(written.where(_MESSAGES.c.request_id == topic.request_id).limit(1))
    return found if found is not None else _shown(db, topic, reply_to)


def _shown(db: Session, topic: TopicState, telegram_id: int | None) -> int | None:
    line = (_POSTS.c.user_id == _MESSAGES.c.user_id) & (_POSTS.c.number == _MESSAGES.c.number)
    query = select(_POSTS.c.telegram_id).select_from(_POSTS.join(_MESSAGES, line))
    mine = (_POSTS.c.chat_id == topic.chat_id) & (_MESSAGES.c.request_id == topic.request_id)
    found: int | None = db.scalar(query.where(mine, _same(topic, telegram_id)).limit(1))
    return found


def _same(topic: TopicState, telegram_id: int | None) -> ColumnElement[bool]:
    """Lines of one message in the user's chat: each change of it is a line of its own."""
    return (_MESSAGES.c.user_id == topic.user_id) & (_MESSAGES.c.telegram_id == telegram_id)
