"""What is too old is deleted, piece by piece, so that nobody waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from bot.services import sql
from models import AuditEntry, InboxUpdate, Message, Request, User

#: People whose conversations are looked at, and rows that go, in one transaction.
PEOPLE, ROWS = 500, 2_000

_MESSAGES, _REQUESTS = sql.table(Message), sql.table(Request)
_AUDIT, _INBOX = sql.table(AuditEntry), sql.table(InboxUpdate)


@dataclass(frozen=True, slots=True)
class Keep:
    """For how many days things are kept; 0: for ever."""

    inbox: int = 7
    messages: int = 730
    audit: int = 0

    def before(self, days: int, now: datetime) -> datetime | None:
        """What is older than this goes; None: nothing goes."""
        return now - timedelta(days=days) if days else None


def inbox(db: Session, before: datetime) -> int:
    """Delete handled updates that came before a time, one piece; returns how many. Also those that failed for good."""
    old = select(_INBOX.c.update_id).where(_INBOX.c.done_at < before, _INBOX.c.done_at.is_not(None)).limit(ROWS)
    return _count(db, delete(_INBOX).where(_INBOX.c.update_id.in_(old)))


def audit(db: Session, before: datetime) -> int:
    """Delete entries that were made before a time, the oldest first, one piece; returns how many."""
    oldest = select(_AUDIT.c.id, _AUDIT.c.at).order_by(_AUDIT.c.id).limit(ROWS).subquery()
    return _count(db, delete(_AUDIT).where(_AUDIT.c.id.in_(select(oldest.c.id).where(oldest.c.at < before))))


def messages(db: Session, before: datetime, after: int | None) -> int | None:
    """Delete old lines, and closed requests, of the next people after an id; returns the last of them, None at the end.

    What still has to be sent stays, and so do the lines of a request that is open.
    """
    beyond = select(User.id).order_by(User.id).limit(PEOPLE)
    people = db.scalars(beyond.where(User.id > after) if after is not None else beyond).all()
    if not people:
        return None
    mine = _MESSAGES.c.user_id.between(people[0], people[-1])
    settled = or_(_MESSAGES.c.state.is_(None), _MESSAGES.c.state.not_in(("waiting", "stale")))
    still_open = select(_REQUESTS.c.id).where(_REQUESTS.c.closed_at.is_(None))
    done = or_(_MESSAGES.c.request_id.is_(None), _MESSAGES.c.request_id.not_in(still_open))
    db.execute(delete(_MESSAGES).where(mine, _MESSAGES.c.created_at < before, settled, done))
    whose = _REQUESTS.c.user_id.between(people[0], people[-1])
    db.execute(delete(_REQUESTS).where(whose, _REQUESTS.c.closed_at < before))
    return people[-1]


def _count(db: Session, statement: object) -> int:
    return int(db.execute(statement).rowcount)  # type: ignore[call-overload]
