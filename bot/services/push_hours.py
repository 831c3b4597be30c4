"""By whose clock a push comes: the bot's zone or each person's own, and the quiet hours in which nobody gets one.

A person's own zone is the name that stands in the variable which the config names ("Europe/Vienna"), however it is
written; who has none there, or one that does not exist, has the bot's. Quiet hours postpone and never drop: whoever has
them gets the push when they end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import ColumnElement, Select, Subquery, false, func, or_, select
from sqlalchemy.orm import Session

from bot.rules import fold
from bot.services import sql
from bot.services.push_runs_time import WRITTEN, Due, settle
from bot.services.push_terms import Quiet
from bot.services.setup import Setup
from models import PushRun, User, UserVariable, Variable

_VALUES = sql.table(UserVariable)
#: No clock on earth is further ahead of UTC.
AHEAD = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Hours:
    """Who may get a push at a moment: zones where it has to wait, with the moment at which the waiting ends."""

    bot: datetime | None
    #: By folded name; only zones other than the bot's matter.
    closed: Mapping[str, datetime]

    def next_opening(self) -> datetime:
        """When somebody else may get it."""
        return min([*self.closed.values(), *([self.bot] if self.bot else [])])


@cache
def zones() -> Mapping[str, ZoneInfo]:
    """All zones by folded name."""
    return {fold(name): ZoneInfo(name) for name in available_timezones()}


def hours(run: PushRun, *, setup: Setup, now: datetime) -> Hours | None:
    """Who has to wait; None: nobody."""
    wall = run.due_typed if run.clock == "user" else None
    quiet = setup.push.quiet
    if wall is None and quiet is None:
        return None
    own = bool(setup.push.zone_variable)
    minute = now.replace(second=0, microsecond=0)
    found = _hours(wall, quiet, setup.zone, own, minute)
    return found if found.bot or found.closed else None


@lru_cache(maxsize=64)
def _hours(wall: str | None, quiet: Quiet | None, bot: ZoneInfo, own: bool, minute: datetime) -> Hours:
    """For one minute; what opens within it is open."""
    closed, end = {}, minute + timedelta(minutes=1)
    if own:
        opens = {name: opening(wall, quiet, zone, minute) for name, zone in zones().items()}
        closed = {name: at for name, at in opens.items() if at >= end}
    at = opening(wall, quiet, bot, minute)
    return Hours(at if at >= end else None, closed)


def opening(wall: str | None, quiet: Quiet | None, zone: ZoneInfo, now: datetime) -> datetime:
    """From when on people of a zone get what is due at a wall time there (None: at once), out of quiet hours."""
    at = max(now, settle(datetime.strptime(wall, WRITTEN), zone).at) if wall else now  # noqa: DTZ007 - a wall time
    return _out_of(quiet, at, zone) if quiet else at


def _out_of(quiet: Quiet, at: datetime, zone: ZoneInfo) -> datetime:
    """The moment itself, or the end of the quiet hours in which it lies."""
    local = at.astimezone(zone)
    clock, over_midnight = local.time(), quiet.begin > quiet.end
    inside = clock >= quiet.begin or clock < quiet.end if over_midnight else quiet.begin <= clock < quiet.end
    if not inside:
        return at
    day = local.date() + timedelta(days=over_midnight and clock >= quiet.begin)
    return max(at, settle(datetime.combine(day, quiet.end), zone).at)


def begins(due: Due, clock: str, now: datetime) -> datetime:
    """When a run for this time has to begin: by the users' own clocks as soon as it is so late anywhere on earth."""
    if clock != "user":
        return due.at
    first = datetime.strptime(due.typed, WRITTEN).replace(tzinfo=UTC) - AHEAD
    return max(first, min(now, due.at))


def may_get_it(db: Session, waits: Hours, setup: Setup) -> ColumnElement[bool]:
    """The condition on a row of `users` that their hour has come."""
    own = _own_zone(db, setup)
    if own is None:
        return User.id.is_not(None) if waits.bot is None else false()
    if waits.bot is None:
        return or_(own.is_(None), own.not_in(waits.closed))
    return own.in_([name for name in zones() if name not in waits.closed])


def _own_zone(db: Session, setup: Setup) -> ColumnElement[str | None] | None:
    """The folded name in a person's variable; None where there is no such variable."""
    name = setup.push.zone_variable
    variable_id = db.scalar(select(Variable.id).where(Variable.name == name)) if name else None
    if variable_id is None:
        return None
    theirs = (_VALUES.c.user_id == User.id, _VALUES.c.variable_id == variable_id)
    return select(_VALUES.c.folded).where(*theirs).correlate(User).scalar_subquery()


def effect(
    db: Session, run: PushRun, people: Subquery, getting: ColumnElement[bool], *, setup: Setup, now: datetime
) -> Mapping[datetime, int]:
    """How many of the people who get a run get it later than it begins, by the moment at which they do."""
    begin = max(now, run.due_at or now)
    wall = run.due_typed if run.clock == "user" else None
    if wall is None and setup.push.quiet is None:
        return {}
    ids: Select[int] = select(people.c[0])
    own = _own_zone(db, setup)
    if own is None:
        counts = {"": db.scalar(select(func.count()).where(User.id.in_(ids), getting)) or 0}
    else:
        rows = db.execute(select(own.label("zone"), func.count()).where(User.id.in_(ids), getting).group_by("zone"))
        counts = {name or "": count for name, count in rows}
    return _later(counts, wall, begin, setup)


def _later(counts: Mapping[str, int], wall: str | None, begin: datetime, setup: Setup) -> Mapping[datetime, int]:
    moments: Counter[datetime] = Counter()
    for name, count in counts.items():
        at = opening(wall, setup.push.quiet, zones().get(name, setup.zone), begin)
        moments[at] += count
    waiting: Iterable[datetime] = (at for at, count in moments.items() if at > begin and count)
    return {at: moments[at] for at in sorted(waiting)}
