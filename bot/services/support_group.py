"""The staff group: lost and found again, moved to another id, given up for one request; nothing is lost with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import delete, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from bot.flow.content import Kind
from bot.services import (
    audit,
    messages,
    outgoing_queue,
    requests_open,
    roles,
    sql,
    support_topics,
    support_topics_posts,
    users_reach,
)
from bot.services.outgoing_queue import Relay, sentence
from bot.services.roles import Actor, Role
from bot.services.setup import Setup
from bot.services.support_topics import TopicState
from bot.texts import say
from models import DeskPost, DeskTopic, Message, Request, Setting, StaffGroup

log = structlog.get_logger(__name__)

#: A topic that is gone so often, each time within so long, is not made again.
MOST_REMADE, REMADE_WITHIN = 3, timedelta(hours=1)
#: So many of the last lines are posted again in a topic that was made again.
HISTORY = 5
#: The key of the setting that holds the chosen group.
SETTING = "support_group"

_TOPICS, _POSTS, _GROUPS = sql.table(DeskTopic), sql.table(DeskPost), sql.table(StaffGroup)
_REQUESTS, _MESSAGES = sql.table(Request), sql.table(Message)


def lose(db: Session, chat_id: int, reason: str, *, setup: Setup, now: datetime) -> frozenset[int]:
    """The bot cannot work in the group: what the topics lack goes to staff directly, and the owners are told."""
    if support_topics.is_lost(db, chat_id):
        return frozenset()
    row = {"chat_id": chat_id, "lost_at": now, "reason": reason[:200]}
    put = sql.insert(sql.dialect(db), StaffGroup).values(row)
    db.execute(put.on_conflict_do_update(index_elements=["chat_id"], set_={"lost_at": now, "reason": reason[:200]}))
    log.error("the staff group is lost", group=chat_id, reason=reason)
    pending = _tell_owners(db, "support_topics.lost", setup, now, reason=reason)
    for topic in _lacking(db, chat_id):
        pending |= _direct(db, topic, setup, now)
    return pending


def regain(db: Session, chat_id: int, *, setup: Setup, now: datetime) -> frozenset[int]:
    """The bot can work there again: if it is the staff group, topics catch up, and open requests without one get one.

    Returns whom there is something to send to, the group among them.
    """
    again = update(_GROUPS).where(_GROUPS.c.chat_id == chat_id, _GROUPS.c.lost_at.is_not(None))
    if db.scalar(again.values(lost_at=None, reason=None).returning(_GROUPS.c.chat_id)) is None:
        return frozenset()
    if chat_id != setup.support.group_id:
        return frozenset()
    adopt(db, chat_id)
    return _tell_owners(db, "support_topics.found", setup, now) | {chat_id}


def move_in(db: Session, *, setup: Setup, now: datetime) -> frozenset[int]:
    """Open requests go where the setup has them: into the staff group, or to staff directly where there is none now.

    Returns whom there is something to send to.
    """
    group = setup.support.group_id
    if group:
        if not support_topics.is_lost(db, group):
            adopt(db, group)
        return frozenset()
    pending = frozenset[int]()
    for topic in _lacking(db):
        pending |= _direct(db, topic, setup, now)
    db.execute(delete(_TOPICS))
    return pending


def _lacking(db: Session, chat_id: int | None = None) -> list[TopicState]:
    """Topics that were not given up, in one group or in any: of open requests, and of closed ones with unread lines."""
    query = select(_TOPICS.c.request_id).join(_REQUESTS, _REQUESTS.c.id == _TOPICS.c.request_id)
    unsettled = or_(_REQUESTS.c.closed_at.is_(None), _TOPICS.c.settled_at.is_(None))
    query = query.where(unsettled, _TOPICS.c.failed.is_(None)).order_by(_TOPICS.c.request_id)
    found = db.scalars(query if chat_id is None else query.where(_TOPICS.c.chat_id == chat_id)).all()
    topics = [topic for request_id in found if (topic := support_topics.of_request(db, request_id)) is not None]
    return [topic for topic in topics if not topic.closed or support_topics.unposted(db, topic, most=1)]


def adopt(db: Session, chat_id: int) -> None:
    """Every open request without a topic gets one in this group, with all that was said since it was opened.

    What was not read of closed ones in another group is read in this one.
    """
    before = select(func.coalesce(func.max(_MESSAGES.c.number), 0)).where(
        _MESSAGES.c.user_id == _REQUESTS.c.user_id, _MESSAGES.c.created_at <= _REQUESTS.c.opened_at
    )
    closed = select(_REQUESTS.c.id).where(_REQUESTS.c.closed_at.is_not(None))
    unread = (_TOPICS.c.chat_id != chat_id) & _TOPICS.c.settled_at.is_(None) & _TOPICS.c.failed.is_(None)
    anew = {"chat_id": chat_id, "thread_id": None, "card_id": None, "shown": None}
    db.execute(update(_TOPICS).where(unread, _TOPICS.c.request_id.in_(closed)).values(anew))
    elsewhere = select(_TOPICS.c.request_id).where(_TOPICS.c.chat_id != chat_id)
    db.execute(delete(_TOPICS).where(_TOPICS.c.request_id.in_(elsewhere.scalar_subquery())))
    known = select(_TOPICS.c.request_id).where(_TOPICS.c.request_id == _REQUESTS.c.id)
    posted = before.correlate(_REQUESTS).scalar_subquery()
    columns = (_REQUESTS.c.id, _REQUESTS.c.user_id, literal(chat_id), posted)
    without = select(*columns).where(_REQUESTS.c.closed_at.is_(None), ~known.exists())
    db.execute(insert(_TOPICS).from_select(["request_id", "user_id", "chat_id", "posted"], without))


def migrate(db: Session, old: int, new: int, now: datetime) -> None:
    """The group has another id: everything that names it follows in this transaction."""
    db.execute(update(_TOPICS).where(_TOPICS.c.chat_id == old).values(chat_id=new, settled_at=None))
    db.execute(delete(_POSTS).where(_POSTS.c.chat_id == old))
    db.execute(delete(_GROUPS).where(_GROUPS.c.chat_id == old))
    keep(db, new, None, now)
    log.warning("the staff group has become a supergroup", before=old, now=new)


def keep(db: Session, chat_id: int, by: int | None, now: datetime) -> None:
    """This is the staff group from now on, whatever the config says; 0: there is none."""
    values = {"value": str(chat_id), "changed_by": by, "changed_at": now}
    put = sql.insert(sql.dialect(db), Setting).values(key=SETTING, **values)
    db.execute(put.on_conflict_do_update(index_elements=["key"], set_=values))


def remake(db: Session, topic: TopicState, *, setup: Setup, now: datetime) -> frozenset[int]:
    """The topic is gone: it is made again with a short history; one that goes again and again is given up."""
    row = db.execute(select(_TOPICS.c.remade, _TOPICS.c.remade_at).where(_mine(topic))).one()
    recent = row.remade_at is not None and now - row.remade_at <= REMADE_WITHIN
    times = row.remade + 1 if recent else 1
    if times > MOST_REMADE:
        return _give_up(db, topic, setup, now)
    support_topics_posts.forget(db, topic)
    lacking = {"thread_id": None, "card_id": None, "shown": None, "posted": _history(db, topic)}
    db.execute(update(_TOPICS).where(_mine(topic)).values(**lacking, remade=times, remade_at=now, settled_at=None))
    return frozenset({topic.chat_id})


def _history(db: Session, topic: TopicState) -> int:
    """Up to which line a topic that is made again counts as posted."""
    query = select(_MESSAGES.c.number).where(
        _MESSAGES.c.user_id == topic.user_id,
        _MESSAGES.c.request_id == topic.request_id,
        _MESSAGES.c.number <= topic.posted,
        _MESSAGES.c.direction == "in",
    )
    numbers = db.scalars(query.order_by(_MESSAGES.c.number.desc()).limit(HISTORY)).all()
    return min(numbers) - 1 if numbers else topic.posted


def _give_up(db: Session, topic: TopicState, setup: Setup, now: datetime) -> frozenset[int]:
    db.execute(update(_TOPICS).where(_mine(topic)).values(failed="deleted again and again", settled_at=now))
    log.error("a topic is deleted again and again", request=topic.request_id)
    told = _tell_owners(db, "support_topics.given_up", setup, now, id=str(topic.user_id))
    return told | _direct(db, topic, setup, now)


def _direct(db: Session, topic: TopicState, setup: Setup, now: datetime) -> frozenset[int]:
    """Staff get in their own chats what the topic lacks: the request, and every line of the user's."""
    request = db.execute(select(_REQUESTS).where(_REQUESTS.c.id == topic.request_id)).one()
    staff = requests_open.listeners(db, request.taken_by, setup.owners)
    outgoing_queue.queue_alert(db, staff, request_id=request.id, words=request.text, now=now)
    for line in support_topics.unposted(db, topic, most=None):
        pass_on(db, topic, line, staff, now)
    return frozenset(staff)


def pass_on(db: Session, topic: TopicState, line: support_topics.Unposted, staff: list[int], now: datetime) -> None:
    """One line to staff in their own chats: what the user said, and what the bot has to say about it."""
    if line.author == "system":
        messages.write(db, [sentence(one, line.words, about=topic.user_id) for one in staff], now=now)
    if line.direction != "in":
        return
    plain = line.kind == Kind.TEXT and not line.content.keys() & {"reply_to", "edited"}
    place = (topic.user_id, line.number, line.words, line.telegram_id, line.content.get("album"))
    relay = Relay(*place, plain, topic.request_id)
    outgoing_queue.queue_relay(db, staff, relay, now=now)


def _mine(topic: TopicState) -> Any:
    return _TOPICS.c.request_id == topic.request_id


def _tell_owners(db: Session, key: str, setup: Setup, now: datetime, **values: str) -> frozenset[int]:
    owners = [one for one in users_reach.admin_ids(db, setup.owners) if one in setup.owners]
    lines = [
        sentence(one, say(users_reach.language(db, one) or setup.language, key, **values)) for one in sorted(owners)
    ]
    messages.write(db, lines, now=now)
    return frozenset(owners)


def choose(db: Session, chat_id: int, *, by: Actor, setup: Setup, now: datetime) -> None:
    """This is the staff group from now on, and open requests become topics there; 0: requests go to staff directly."""
    roles.require(by, Role.OWNER)
    keep(db, chat_id, by.id, now)
    db.execute(delete(_GROUPS).where(_GROUPS.c.chat_id == chat_id))
    before, after = str(setup.support.group_id), str(chat_id)
    audit.record(
        db, actor_id=by.id, action="setting.change", target=f"setting {SETTING}", before=before, after=after, now=now
    )
    if chat_id:
        adopt(db, chat_id)


def state(db: Session, chat_id: int) -> StaffGroup | None:
    """What is known of a group that does not work; None: it does, or nothing is known against it."""
    lost = select(StaffGroup).where(StaffGroup.chat_id == chat_id, StaffGroup.lost_at.is_not(None))
    return db.scalar(lost.execution_options(populate_existing=True))
