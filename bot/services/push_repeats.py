"""Pushes that come again: the next run is planned as one begins, and what was missed is caught up once at most."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.services import push_hours, repeats, sql
from bot.services.push_runs_time import WRITTEN, settle
from bot.services.repeats import Repeat
from models import PushRun, PushSelection

#: Missed times that are rows of their own; those before them are a number in the oldest of these rows.
SHOWN = 20
MISSED = "nothing was sent at its time"
_COPIED = ("push_id", "recipients", "clock", "repeat", "paid", "late", "expected", "approved_by", "created_by")


def go_on(db: Session, run: PushRun, zone: ZoneInfo, now: datetime) -> None:
    """A repeating run is about to begin, or to be left: it becomes that of the last time, and the next one is planned.

    The times between the one it was planned for and the last one are missed: whoever would have got five pushes in a
    row after a pause gets one.
    """
    repeat = repeats.read(run.repeat or "")
    if repeat is None or run.due_typed is None:
        return
    begin = datetime.strptime(run.due_typed, WRITTEN)  # noqa: DTZ007 - a wall time has no zone of its own
    walls = [begin, *_passed(repeat, begin, now.astimezone(zone).replace(tzinfo=None))]
    _note_missed(db, run, walls[:-1], zone, now)
    due = settle(walls[-1], zone)
    run.due_at, run.due_typed = due.at, due.typed
    _plan_next(db, run, repeat, walls[-1], zone, now)


def _passed(repeat: Repeat, begin: datetime, until: datetime) -> list[datetime]:
    walls = []
    for wall in repeat.after(begin):
        if wall > until:
            break
        walls.append(wall)
    return walls


def _note_missed(db: Session, run: PushRun, walls: list[datetime], zone: ZoneInfo, now: datetime) -> None:
    for number, wall in enumerate(walls[-SHOWN:]):
        missed = _copy(run, zone, wall, now)
        before = len(walls) - SHOWN
        missed.reason = f"{MISSED}, nor at {before} times before it" if not number and before > 0 else MISSED
        missed.state, missed.repeat, missed.ended_at = "missed", None, now
        db.add(missed)


def _plan_next(db: Session, run: PushRun, repeat: Repeat, wall: datetime, zone: ZoneInfo, now: datetime) -> None:
    """The next time whose moment is later: two times that summer time puts on one moment are one."""
    at = settle(wall, zone).at
    following = next((next_wall for next_wall in repeat.after(wall) if settle(next_wall, zone).at > at), None)
    if following is None:
        return
    planned = _copy(run, zone, following, now)
    db.add(planned)
    db.flush()
    picked = select(planned_id := PushSelection.user_id).where(PushSelection.run_id == run.id)
    rows = [{"run_id": planned.id, "user_id": user_id} for user_id in db.scalars(picked.order_by(planned_id))]
    if rows:
        db.execute(insert(sql.table(PushSelection)), rows)


def _copy(run: PushRun, zone: ZoneInfo, wall: datetime, now: datetime) -> PushRun:
    due = settle(wall, zone)
    at = push_hours.begins(due, run.clock, now)
    values = {name: getattr(run, name) for name in _COPIED}
    return PushRun(**values, state="planned", due_typed=due.typed, due_at=at, created_at=now)


def preview(repeat: Repeat, zone: ZoneInfo, now: datetime, count: int = 3) -> list[datetime]:
    """The next moments at which it comes, for the screen that asks for a yes."""
    found: list[datetime] = []
    for wall in repeat.after(now.astimezone(zone).replace(tzinfo=None) - timedelta(minutes=1)):
        at = settle(wall, zone).at
        if at > max([now, *found]):
            found.append(at)
        if len(found) == count:
            break
    return found
