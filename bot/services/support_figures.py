"""Figures of the desk: how many asked, how long they waited, who answered, and what users thought of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from bot.services import sql, users_reach
from bot.services.statistics_days import every_day
from models import Request

_REQUESTS = sql.table(Request)
#: Requests that are looked at in all, the newest first; a desk with more in a span is measured by these.
MOST = 50_000


@dataclass(frozen=True, slots=True)
class Share:
    """What one member of staff did."""

    user_id: int
    name: str
    #: Requests taken, and closed.
    taken: int
    closed: int
    #: Median from the question to the first answer; None: nothing was answered.
    first_answer: timedelta | None
    #: Mean of 1 to 5; None: nobody rated.
    rating: float | None


@dataclass(frozen=True, slots=True)
class Day:
    """One day in the bot's zone."""

    day: date
    opened: int
    closed: int


@dataclass(frozen=True, slots=True)
class SupportFigures:
    """A span of time at the desk."""

    since: datetime
    until: datetime
    #: At this moment: open, and nobody has taken them.
    open: int
    waiting: int
    opened: int
    closed: int
    #: Median and ninth decile from the question to the first answer, and the median to the end.
    first_answer: timedelta | None
    first_answer_slow: timedelta | None
    resolution: timedelta | None
    #: How many rated, and the mean of 1 to 5.
    rated: int
    rating: float | None
    #: Those who took or closed something, the busiest first.
    people: tuple[Share, ...]
    #: Every day of the span, also empty ones.
    days: tuple[Day, ...]


def figures(db: Session, since: datetime, until: datetime, *, zone: ZoneInfo) -> SupportFigures:
    """The figures of requests that were opened or closed in the span; `since` belongs to it and `until` does not."""
    rows = _rows(db, since, until)
    opened = [row for row in rows if since <= row.opened_at < until]
    closed = [row for row in rows if row.closed_at is not None and since <= row.closed_at < until]
    answers = sorted(_spans(opened, lambda row: row.answered_at))
    ratings = [row.rating for row in closed if row.rating is not None]
    now_open, waiting = db.execute(
        select(func.count(), func.count().filter(_REQUESTS.c.taken_by.is_(None))).where(_REQUESTS.c.closed_at.is_(None))
    ).one()
    return SupportFigures(
        since=since,
        until=until,
        open=now_open,
        waiting=waiting,
        opened=len(opened),
        closed=len(closed),
        first_answer=_median(answers),
        first_answer_slow=answers[min(len(answers) - 1, len(answers) * 9 // 10)] if answers else None,
        resolution=_median(_spans(closed, lambda row: row.closed_at)),
        rated=len(ratings),
        rating=_mean(ratings),
        people=_people(db, opened, closed),
        days=_days(since, until, opened, closed, zone),
    )


def _rows(db: Session, since: datetime, until: datetime) -> list[Row[Any]]:
    names = ("opened_at", "taken_by", "answered_at", "closed_by", "closed_at", "rating")
    opened = (_REQUESTS.c.opened_at >= since) & (_REQUESTS.c.opened_at < until)
    closed = (_REQUESTS.c.closed_at >= since) & (_REQUESTS.c.closed_at < until)
    query = select(*(_REQUESTS.c[name] for name in names)).where(or_(opened, closed))
    return list(db.execute(query.order_by(_REQUESTS.c.id.desc()).limit(MOST)))


def _spans(rows: Iterable[Row[Any]], end: Callable[[Row[Any]], datetime | None]) -> list[timedelta]:
    return [ended - row.opened_at for row in rows if (ended := end(row)) is not None]


def _median(spans: list[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(span.total_seconds() for span in spans)) if spans else None


def _mean(ratings: list[int]) -> float | None:
    return round(sum(ratings) / len(ratings), 2) if ratings else None


def _people(db: Session, opened: list[Row[Any]], closed: list[Row[Any]]) -> tuple[Share, ...]:
    taken = Counter(row.taken_by for row in opened if row.taken_by is not None)
    ended = Counter(row.closed_by for row in closed if row.closed_by is not None)
    mine: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for row in {*opened, *closed}:
        if row.taken_by is not None:
            mine[row.taken_by].append(row)
    shares = [_share(db, one, taken[one], ended[one], mine[one]) for one in sorted(taken.keys() | ended.keys())]
    return tuple(sorted(shares, key=lambda share: -(share.taken + share.closed)))


def _share(db: Session, user_id: int, taken: int, closed: int, rows: list[Row[Any]]) -> Share:
    answered = _median(_spans(rows, lambda row: row.answered_at))
    rating = _mean([row.rating for row in rows if row.rating is not None])
    return Share(user_id, users_reach.name(db, user_id), taken, closed, answered, rating)


def _days(
    since: datetime, until: datetime, opened: list[Row[Any]], closed: list[Row[Any]], zone: ZoneInfo
) -> tuple[Day, ...]:
    asked = Counter(row.opened_at.astimezone(zone).date() for row in opened)
    ended = Counter(row.closed_at.astimezone(zone).date() for row in closed)
    return tuple(Day(day, asked[day], ended[day]) for day in every_day(since, until, zone))
