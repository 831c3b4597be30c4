"""The days of a span and the ways through the flow: who joined is exact, the rest of those who wrote last."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.orm import Session

from bot.services import sql
from models import Message, PushRun, User

#: People whose conversations are read: as fast with a million people as with these.
MOST = 2_000

_USERS, _MESSAGES, _RUNS = sql.table(User), sql.table(Message), sql.table(PushRun)


@dataclass(frozen=True, slots=True)
class Day:
    """One day in the bot's zone: who joined, who wrote, their messages, what went to them, and what pushes brought."""

    day: date
    joined: int
    present: int
    received: int
    sent: int
    pushed: int
    #: Pushes that did not arrive.
    missed: int


@dataclass(frozen=True, slots=True)
class Step:
    """A block: how many people came there, and how many of them went on to another one."""

    block: str
    reached: int
    went_on: int


@dataclass(frozen=True, slots=True)
class Days:
    """Every day of the span, also empty ones, and the blocks, the most visited first."""

    days: tuple[Day, ...]
    funnel: tuple[Step, ...]
    #: Who was present, messages and blocks are those of the `MOST` people who wrote last, and there are more.
    is_part: bool


def figures(db: Session, since: datetime, until: datetime, *, zone: ZoneInfo, most: int = MOST) -> Days:
    """From `since` to `until`. Days are exact to the hour where a zone is half an hour off."""
    here = (_USERS.c.last_seen_at >= since) & (_USERS.c.last_seen_at < until)
    last = select(_USERS.c.id).where(here).order_by(_USERS.c.last_seen_at.desc()).limit(most + 1)
    people = db.scalars(last).all()
    said, present = _said(db, people[:most], since, until, zone), _present(db, people[:most], since, until, zone)
    joined, (pushed, missed) = _joined(db, since, until, zone), _pushed(db, since, until, zone)
    days = tuple(
        Day(day, joined[day], present[day], said["in"][day], said["out"][day], pushed[day], missed[day])
        for day in every_day(since, until, zone)
    )
    return Days(days, _funnel(db, people[:most], since, until), len(people) > most)


def _joined(db: Session, since: datetime, until: datetime, zone: ZoneInfo) -> Counter[date]:
    hour = _hour(db, _USERS.c.joined_at)
    query = select(hour, func.count()).where(_USERS.c.joined_at >= since, _USERS.c.joined_at < until).group_by(hour)
    return _by_day(((str(at), count) for at, count in db.execute(query)), zone)


def _said(
    db: Session, people: Sequence[int], since: datetime, until: datetime, zone: ZoneInfo
) -> dict[str, Counter[date]]:
    hour, way = _hour(db, _MESSAGES.c.created_at), _MESSAGES.c.direction
    arrived = _MESSAGES.c.state.is_(None) | _MESSAGES.c.state.in_(("sent", "stale"))
    query = select(way, hour, func.count()).where(_theirs(people, since, until), arrived).group_by(way, hour)
    rows = db.execute(query).all()
    return {
        one: _by_day(((str(at), count) for direction, at, count in rows if direction == one), zone)
        for one in ("in", "out")
    }


def _present(db: Session, people: Sequence[int], since: datetime, until: datetime, zone: ZoneInfo) -> Counter[date]:
    """How many of them wrote on each day."""
    hour = _hour(db, _MESSAGES.c.created_at)
    wrote = _theirs(people, since, until) & (_MESSAGES.c.direction == "in")
    query = select(_MESSAGES.c.user_id, hour).where(wrote).group_by(_MESSAGES.c.user_id, hour)
    return Counter(day for _, day in {(user_id, _day(str(at), zone)) for user_id, at in db.execute(query)})


def _pushed(db: Session, since: datetime, until: datetime, zone: ZoneInfo) -> tuple[Counter[date], Counter[date]]:
    """Deliveries that arrived, and that did not, on the day on which their sending began."""
    hour, begun = _hour(db, _RUNS.c.started_at), (_RUNS.c.started_at >= since) & (_RUNS.c.started_at < until)
    counts = func.sum(_RUNS.c.sent), func.sum(_RUNS.c.failed + _RUNS.c.blocked)
    rows = db.execute(select(hour, *counts).where(begun).group_by(hour)).all()
    sent, missed = (_by_day(((str(row[0]), int(row[place])) for row in rows), zone) for place in (1, 2))
    return sent, missed


def _funnel(db: Session, people: Sequence[int], since: datetime, until: datetime) -> tuple[Step, ...]:
    taken = select(_MESSAGES.c.user_id, _MESSAGES.c.way).distinct()
    reached: defaultdict[str, set[int]] = defaultdict(set)
    went_on: defaultdict[str, set[int]] = defaultdict(set)
    for user_id, way in db.execute(taken.where(_theirs(people, since, until), _MESSAGES.c.way.is_not(None))):
        blocks = way.split()
        for block in blocks:
            reached[block].add(user_id)
        for block, then in pairwise(blocks):
            if then != block:
                went_on[block].add(user_id)
    steps = (Step(block, len(whose), len(went_on[block])) for block, whose in reached.items())
    return tuple(sorted(steps, key=lambda step: (-step.reached, -step.went_on, step.block)))


def _theirs(people: Sequence[int], since: datetime, until: datetime) -> ColumnElement[bool]:
    span = (_MESSAGES.c.created_at >= since) & (_MESSAGES.c.created_at < until)
    return _MESSAGES.c.user_id.in_(people) & span


def _hour(db: Session, moment: ColumnElement[datetime]) -> ColumnElement[str]:
    """The hour of a moment in UTC, as text: what both databases can group by."""
    if sql.dialect(db) == "sqlite":
        return func.strftime(literal_column("'%Y-%m-%dT%H'"), moment)
    wall = func.timezone(literal_column("'UTC'"), moment)
    return func.to_char(wall, literal_column("""'YYYY-MM-DD"T"HH24'"""))


def _by_day(hours: Iterable[tuple[str, int]], zone: ZoneInfo) -> Counter[date]:
    days: Counter[date] = Counter()
    for hour, count in hours:
        days[_day(hour, zone)] += count
    return days


def _day(hour: str, zone: ZoneInfo) -> date:
    return datetime.fromisoformat(f"{hour}:00+00:00").astimezone(zone).date()


def every_day(since: datetime, until: datetime, zone: ZoneInfo) -> list[date]:
    """The days that a span touches, in a zone."""
    first, last = since.astimezone(zone).date(), (until - timedelta(microseconds=1)).astimezone(zone).date()
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
