"""What is done where support messages do not arrive: staff are told, others step in, and nobody waits for nobody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, select, update
from sqlalchemy.orm import Session

from bot.flow.content import Content
from bot.flow.markup import escape
from bot.services import messages, requests_open, sql, support_topics, users_reach
from bot.services.messages import Line
from bot.services.outgoing_letter import Letter
from bot.services.outgoing_queue import ALERT, RELAY, Relay, outgoing, stale
from bot.services.phrases import phrases
from bot.services.requests_notify import tell, tell_topic, warn
from bot.services.setup import Setup
from models import Message, Request, User

_REQUESTS, _USERS, _MESSAGES = sql.table(Request), sql.table(User), sql.table(Message)


def tell_sender(db: Session, letter: Letter, key: str, reason: str, *, setup: Setup, now: datetime) -> frozenset[int]:
    """Tell the member of staff who wrote a message that it did not arrive (or may not have), and why."""
    if letter.author != "staff" or letter.author_id is None:
        return frozenset()
    if letter.source_chat is not None and letter.source_chat < 0:
        topic = (letter.source_chat, letter.request_id)
        told = tell_topic(db, *topic, key, about=letter.user_id, setup=setup, now=now, reason=reason)
        if support_topics.serves(db, *topic):
            return told
    return tell(db, [letter.author_id], key, about=letter.user_id, setup=setup, now=now, reason=reason)


def not_edited(db: Session, letter: Letter, reason: str, *, setup: Setup, now: datetime) -> frozenset[int]:
    """A change did not arrive: staff get what a person changed as a message of its own, or learn that theirs failed."""
    if letter.kind == RELAY:
        messages.write(db, [relay_again(letter)], now=now)
        return frozenset({letter.user_id})
    return tell_sender(db, letter, "support.not_edited", reason, setup=setup, now=now)


def relay_again(letter: Letter) -> Line:
    """The same relay, to be sent anew."""
    written = {"words": letter.words, "content": letter.content, "request_id": letter.request_id}
    source = {"source_chat": letter.source_chat, "source_id": letter.source_id}
    return Line(letter.user_id, "out", "system", RELAY, state="waiting", lane=letter.lane, **written, **source)  # type: ignore[arg-type]


def pass_to_others(db: Session, letter: Letter, *, setup: Setup, now: datetime) -> frozenset[int]:
    """A member of staff can be reached no more: others get what was meant for them alone.

    If nobody is left to answer an open request, it is given up. Returns whom there is something to send to.
    """
    if letter.kind not in (ALERT, RELAY) or letter.edits:
        return frozenset()
    request = _open_request(db, letter.request_id)
    left = users_reach.staff_ids(db)
    if letter.kind == ALERT:
        return _give_up(db, request, setup, now) if request and not request.taken_by and not left else frozenset()
    taken_by = request.taken_by if request else None
    if left and _others_have(db, letter):
        return frozenset()
    user_id, number = letter.content["relay_of"]
    if not messages.is_kept(db, user_id, number):  # the person was forgotten meanwhile, so nobody could be shown it
        return frozenset()
    source, album, plain = letter.source_id, letter.content.get("album"), bool(letter.content.get("plain"))
    relay = Relay(user_id, number, letter.words, source, album, plain, request.id if request else None)
    return requests_open.pass_on(db, relay, taken_by=taken_by, setup=setup, now=now)


def _others_have(db: Session, letter: Letter) -> bool:
    """Whether somebody else has read it, or is about to."""
    same = (_MESSAGES.c.source_chat == letter.source_chat) & (_MESSAGES.c.source_id == letter.source_id)
    other = same & (_MESSAGES.c.kind == RELAY) & (_MESSAGES.c.user_id != letter.user_id)
    there = (_MESSAGES.c.state == "waiting") | _MESSAGES.c.telegram_id.is_not(None)
    return bool(db.scalar(select(exists().where(other, there))))


def _open_request(db: Session, request_id: int | None) -> Row[Any] | None:
    """The request if it is open, locked: two members of staff who vanish together are counted one after the other."""
    query = select(_REQUESTS).where(_REQUESTS.c.id == request_id, _REQUESTS.c.closed_at.is_(None))
    return db.execute(query.with_for_update(key_share=True)).one_or_none()


def _give_up(db: Session, request: Row[Any], setup: Setup, now: datetime) -> frozenset[int]:
    """Nobody could be reached: the person is told, the bot answers again, admins are warned."""
    user_id = request.user_id
    db.execute(update(_REQUESTS).where(_REQUESTS.c.id == request.id).values(closed_at=now, closed_why="nobody"))
    db.execute(update(_USERS).where(_USERS.c.id == user_id).values(bot_off_since=None, bot_off_by=None))
    words = phrases(users_reach.language(db, user_id) or setup.language).nobody
    messages.write(db, [outgoing(user_id, Content(text=escape(words)), author="flow")], now=now)
    return warn(db, user_id, setup=setup, now=now) | stale(db, request.id) | {user_id}
