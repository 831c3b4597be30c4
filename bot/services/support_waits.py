"""Who waits at the desk, and since when: read from the log, so that there is nothing to keep in step with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import Session

from bot.services import sql
from models import Alarm, Message, Request, User

_REQUESTS, _USERS, _MESSAGES, _ALARMS = (sql.table(model) for model in (Request, User, Message, Alarm))
#: Kinds of alarms.
ANSWER, RETURN = "answer", "return"


@dataclass(frozen=True, slots=True)
class Wait:
    """Somebody waits since `since`; staff were told up to `stage` for it, the last time at `told_at`."""

    user_id: int
    request_id: int | None
    taken_by: int | None
    since: datetime
    stage: int
    told_at: datetime | None


def for_answer(db: Session, opened_before: datetime, user_id: int | None = None) -> list[Wait]:
    """Open requests whose people have written something that staff have not answered."""
    request = _REQUESTS.c
    mine = (_MESSAGES.c.request_id == request.id) & (_MESSAGES.c.user_id == request.user_id)
    answered = select(func.max(_MESSAGES.c.number)).where(mine, _MESSAGES.c.direction == "out", _by_staff())
    later = _MESSAGES.c.number > func.coalesce(answered.correlate(_REQUESTS).scalar_subquery(), 0)
    asked = select(func.min(_MESSAGES.c.created_at)).where(mine, _MESSAGES.c.direction == "in", later)
    query = select(request.id, request.user_id, request.taken_by, request.opened_at, request.answered_at)
    query = query.add_columns(asked.correlate(_REQUESTS).scalar_subquery().label("asked_at"), *_told())
    query = query.select_from(_REQUESTS.outerjoin(_ALARMS, _alarm_of(request.user_id, ANSWER)))
    query = query.where(request.closed_at.is_(None), request.opened_at <= opened_before)
    rows = db.execute(_only(query, request.user_id, user_id)).all()
    since = [(row, row.asked_at if row.answered_at else row.opened_at) for row in rows]
    return [_wait(row, moment) for row, moment in since if moment is not None]


def for_anybody(db: Session, silent_before: datetime, user_id: int | None = None) -> list[Wait]:
    """People for whom the bot is off, since the last word of theirs or of staff's."""
    spoken = or_(_MESSAGES.c.direction == "in", and_(_MESSAGES.c.direction == "out", _by_staff()))
    last = select(_MESSAGES.c.created_at).where(_MESSAGES.c.user_id == _USERS.c.id, spoken)
    last = last.order_by(_MESSAGES.c.number.desc()).limit(1)
    request = and_(_REQUESTS.c.user_id == _USERS.c.id, _REQUESTS.c.closed_at.is_(None))
    query = select(_REQUESTS.c.id, _USERS.c.id.label("user_id"), _REQUESTS.c.taken_by, _USERS.c.bot_off_since)
    query = query.add_columns(last.correlate(_USERS).scalar_subquery().label("spoken_at"), *_told())
    tables = _USERS.outerjoin(_REQUESTS, request).outerjoin(_ALARMS, _alarm_of(_USERS.c.id, RETURN))
    query = query.select_from(tables).where(_USERS.c.bot_off_since <= silent_before)
    rows = db.execute(_only(query, _USERS.c.id, user_id)).all()
    waits = [_wait(row, max(row.bot_off_since, row.spoken_at or row.bot_off_since)) for row in rows]
    return [wait for wait in waits if wait.since <= silent_before]


def _by_staff() -> ColumnElement[bool]:
    return _MESSAGES.c.author == "staff"


def _alarm_of(user_id: ColumnElement[int], kind: str) -> ColumnElement[bool]:
    return and_(_ALARMS.c.user_id == user_id, _ALARMS.c.kind == kind)


def _told() -> Sequence[ColumnElement[Any]]:
    return _ALARMS.c.since.label("told_since"), _ALARMS.c.stage, _ALARMS.c.at.label("told_at")


def _only(query: Any, column: ColumnElement[int], user_id: int | None) -> Any:
    return query if user_id is None else query.where(column == user_id)


def _wait(row: Row[Any], since: datetime) -> Wait:
    """What was told about an earlier wait counts for nothing."""
    same = row.told_since == since
    return Wait(row.user_id, row.id, row.taken_by, since, row.stage if same else 0, row.told_at if same else None)
