"""Digests: admins who want it are told the figures of the last day or week by the bot itself."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.services import messages, outgoing_queue, roles, sql, statistics, support_figures, users_reach
from bot.services.roles import Actor, Role
from bot.services.setup import Setup
from bot.texts import say
from models import Digest

#: Days that each kind tells of.
DAYS = {"daily": 1, "weekly": 7}
#: When digests come, in the bot's zone; the weekly ones on Mondays.
AT = time(8)


def choose(db: Session, every: str | None, *, by: Actor, zone: ZoneInfo, now: datetime) -> None:
    """From now on "daily", "weekly", or not at all (None). Raises KeyError for any other word."""
    roles.require(by, Role.ADMIN)
    db.execute(delete(sql.table(Digest)).where(sql.table(Digest).c.user_id == by.id))
    if every is not None:
        row = {"user_id": by.id, "every": every, "due_at": following(every, zone, now)}
        db.execute(sql.table(Digest).insert().values(row))


def chosen(db: Session, user_id: int) -> str | None:
    """What somebody has chosen."""
    return db.scalar(select(Digest.every).where(Digest.user_id == user_id))


def following(every: str, zone: ZoneInfo, now: datetime) -> datetime:
    """The next time after `now` at which a digest of this kind comes."""
    today = now.astimezone(zone).date()
    ahead = (today + timedelta(days=number) for number in range(DAYS[every] + 1))
    moments = (datetime.combine(day, AT, zone) for day in ahead if every == "daily" or day.weekday() == 0)
    return next(moment for moment in moments if moment > now)


def are_due(db: Session, now: datetime) -> bool:
    """Whether there is a digest to be sent."""
    first = db.scalar(select(func.min(Digest.due_at)))
    return first is not None and first <= now


def send_due(db: Session, *, setup: Setup, now: datetime) -> frozenset[int]:
    """Queue what is due, once however long nobody looked; returns to whom. Who is no admin any more gets none."""
    told = set()
    for digest in db.scalars(select(Digest).where(Digest.due_at <= now).order_by(Digest.user_id)):
        if roles.role_of(db, digest.user_id, setup) < Role.ADMIN:
            db.delete(digest)
            continue
        words = _words(db, digest, setup, now)
        messages.write(db, [outgoing_queue.sentence(digest.user_id, words)], now=now)
        digest.due_at = following(digest.every, setup.zone, now)
        told.add(digest.user_id)
    db.flush()
    return frozenset(told)


def _words(db: Session, digest: Digest, setup: Setup, now: datetime) -> str:
    since = now - timedelta(days=DAYS[digest.every])
    people = statistics.figures(db, since, now)
    desk = support_figures.figures(db, since, now, zone=setup.zone)
    values = {name: str(getattr(people, name)) for name in ("people", "joined", "active", "sent", "failed")}
    counts = {name: str(getattr(desk, name)) for name in ("open", "waiting", "opened", "closed")}
    language = users_reach.language(db, digest.user_id) or setup.language
    return say(language, f"digest.{digest.every}", **values, **counts)
