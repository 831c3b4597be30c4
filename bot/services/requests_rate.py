"""Ratings: what a person says of the help they got, if the flow asks them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.services import contents, messages, placeholders, sql
from bot.services.messages import Line
from bot.services.outgoing_queue import ALIVE, RATING, anew, stale
from bot.services.refusal import Refusal
from bot.services.requests_notify import tell
from bot.services.setup import Setup
from bot.services.storable import storable
from models import Message, Request

#: The best rating; 1 is the worst.
BEST = 5
#: Characters of a comment that are kept.
COMMENT = 1000

_REQUESTS, _MESSAGES = sql.table(Request), sql.table(Message)


def ask(db: Session, user_id: int, request_id: int, *, setup: Setup, now: datetime) -> frozenset[int]:
    """Ask the person for a rating of a request, if the flow wants that and they have not given one."""
    rated = db.scalar(select(_REQUESTS.c.rating).where(_REQUESTS.c.id == request_id))
    if setup.flow.rating is None or rated is not None:
        return frozenset()
    question = placeholders.fill(db, user_id, setup.flow.rating, setup=setup, now=now)
    words = contents.words(question)
    line = Line(user_id, "out", "flow", RATING, words, {"text": question}, state="waiting", request_id=request_id)
    messages.write(db, [line], now=now)
    return frozenset({user_id})


def rate(db: Session, request_id: int, rating: int, *, by: int, now: datetime) -> frozenset[int]:
    """The person rates a request of theirs; a later rating replaces an earlier one. Returns whom something is sent to.

    Raises a Refusal for a request that is not theirs, or not closed.
    """
    if not 1 <= rating <= BEST:
        raise Refusal("ui.old")
    mine = (_REQUESTS.c.id == request_id) & (_REQUESTS.c.user_id == by) & _REQUESTS.c.closed_at.is_not(None)
    rated = update(_REQUESTS).where(mine).values(rating=rating, rated_at=now)
    if db.scalar(rated.returning(_REQUESTS.c.id)) is None:
        raise Refusal("ui.old")
    return _refresh(db, by, request_id) | stale(db, request_id)


def comment(db: Session, request_id: int, words: str, *, by: int, setup: Setup, now: datetime) -> frozenset[int]:
    """What the person wrote with their rating is kept, and whoever had the request reads it."""
    mine = (_REQUESTS.c.id == request_id) & (_REQUESTS.c.user_id == by) & _REQUESTS.c.rating.is_not(None)
    written = storable(words).strip()[:COMMENT]
    said = update(_REQUESTS).where(mine).values(rating_comment=written)
    row = db.execute(said.returning(_REQUESTS.c.taken_by, _REQUESTS.c.rating)).one_or_none()
    if row is None:
        raise Refusal("ui.old")
    told = [row.taken_by] if row.taken_by is not None else []
    stars = {"rating": row.rating, "best": BEST, "text": written}
    shown = _refresh(db, by, request_id) | stale(db, request_id)
    return shown | tell(db, told, "rating.told", about=by, setup=setup, now=now, **stars)


def _refresh(db: Session, user_id: int, request_id: int) -> frozenset[int]:
    """The question shows what was answered, also where nobody has noted yet that it arrived."""
    asked = (_MESSAGES.c.user_id == user_id) & (_MESSAGES.c.request_id == request_id) & (_MESSAGES.c.kind == RATING)
    db.execute(update(_MESSAGES).where(asked, _MESSAGES.c.state.in_(ALIVE)).values(anew()))
    return frozenset({user_id})
