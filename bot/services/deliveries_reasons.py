"""Why a member of an audience gets nothing: each person counts once, under the first reason that holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import case, func, literal_column, or_, select, text
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from bot.services import push_topics, sql
from bot.services.setup import Setup
from models import Delivery, Push, PushRun, Request, User

_ROWS = sql.table(Delivery)
#: Over so much time the pushes that somebody got are counted.
WEEK = timedelta(days=7)
_OPEN_REQUEST = text("requests.closed_at IS NULL")


class LeftOut(StrEnum):
    """Why a member gets nothing: the reason of a skipped delivery. The first that holds counts."""

    GONE = "gone"
    BLOCKED = "blocked"
    #: Staff banned them: nobody and nothing of the bot's speaks to them. Who is muted talks with the bot and gets it.
    BANNED = "banned"
    UNSUBSCRIBED = "unsubscribed"
    #: They have left the topic of the push.
    TOPIC = "topic"
    #: A support request is open: they talk with a person now.
    TALKING = "talking"
    #: Staff switched the bot off for them.
    OFF = "off"
    #: They got as many pushes this week as anybody may.
    CAPPED = "capped"


@dataclass(frozen=True, slots=True)
class Terms:
    """What decides about everybody in the audience of one push."""

    #: Who has left this topic gets nothing.
    topic: str | None = None
    #: Who talks with staff gets it too.
    talking: bool = False
    #: Pushes that anybody gets in a week; 0: as many as there are.
    cap: int = 0
    #: Runs of this week, whose deliveries count; empty where nobody can have reached the cap.
    recent: Sequence[int] = ()
    since: datetime | None = None


def terms(db: Session, run: PushRun, *, setup: Setup, now: datetime) -> Terms:
    """The terms of a run now; the topic of one that has begun is frozen."""
    push = db.get_one(Push, run.push_id)
    topic, cap = run.topic if run.started_at else push.topic, setup.push.weekly_cap
    if not cap:
        return Terms(topic, push.talking)
    since = now - WEEK
    within = or_(PushRun.ended_at.is_(None), PushRun.ended_at > since)
    reached = (PushRun.started_at.is_not(None), PushRun.sent + PushRun.unsure > 0)
    recent = tuple(db.scalars(select(PushRun.id).where(*reached, within)))
    return Terms(topic, push.talking, cap, recent if len(recent) >= cap else (), since)


def left_out(terms: Terms) -> ColumnElement[str | None]:
    """Why the person of the row in `users` gets no push now; NULL: they get it."""
    whens = [(condition, _literal(why)) for why, condition in _conditions(terms).items()]
    return case(*whens, else_=None)


def _literal(value: str) -> ColumnElement[str]:
    return literal_column(f"'{value}'")


def is_left_out(terms: Terms) -> ColumnElement[bool]:
    """Whether any of the reasons holds: cheaper than asking which."""
    return or_(*_conditions(terms).values())


def _conditions(terms: Terms) -> dict[LeftOut, ColumnElement[bool]]:
    talks = User.id.in_(select(Request.user_id).where(_OPEN_REQUEST))
    off = User.bot_off_since.is_not(None)
    conditions: dict[LeftOut, ColumnElement[bool]] = {
        LeftOut.GONE: User.gone_at.is_not(None),
        LeftOut.BLOCKED: User.blocked_at.is_not(None),
        LeftOut.BANNED: User.banned_at.is_not(None),
        LeftOut.UNSUBSCRIBED: User.unsubscribed_at.is_not(None),
    }
    if terms.topic is not None:
        conditions[LeftOut.TOPIC] = push_topics.has_left(terms.topic)
    if terms.talking:
        conditions[LeftOut.OFF] = off & ~talks
    else:
        conditions |= {LeftOut.TALKING: talks, LeftOut.OFF: off}
    if terms.recent:
        conditions[LeftOut.CAPPED] = _got(terms) >= terms.cap
    return conditions


def _got(terms: Terms) -> ColumnElement[int]:
    """How many pushes the person got this week; one that may have arrived counts."""
    theirs = (_ROWS.c.run_id.in_(terms.recent), _ROWS.c.user_id == User.id)
    got = (_ROWS.c.state.in_(("sent", "unsure")), _ROWS.c.ended_at > terms.since)
    return select(func.count()).where(*theirs, *got).correlate(User).scalar_subquery()
