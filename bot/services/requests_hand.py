"""Handing a request over to a named colleague."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.services import audit, outgoing_queue, requests, roles, sql, users_reach
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role
from models import Request

_REQUESTS = sql.table(Request)


def colleagues(db: Session, but: int | None, limit: int = 30) -> list[tuple[int, str]]:
    """Whom a request can be handed to, by id and name: reachable staff, without the one who has it."""
    ids = [one for one in users_reach.staff_ids(db) if one != but][:limit]
    return [(one, users_reach.name(db, one)) for one in ids]


def hand_over(db: Session, request_id: int, to: int, *, seen: int | None, by: Actor, now: datetime) -> frozenset[int]:
    """Give an open request to a colleague, who gets its alert; `seen` is who had it as far as the actor knows.

    Returns whom there is something to send to. Raises a Refusal where somebody else was faster, or it is closed.
    """
    roles.require(by, Role.STAFF)
    if to not in users_reach.staff_ids(db):
        raise Refusal("requests.no_colleague")
    free = (_REQUESTS.c.id == request_id) & _REQUESTS.c.closed_at.is_(None)
    unchanged = _REQUESTS.c.taken_by.is_not_distinct_from(seen)
    given = {"taken_by": to, "taken_at": now, "handed_by": by.id}
    user_id = db.scalar(update(_REQUESTS).where(free, unchanged).values(given).returning(_REQUESTS.c.user_id))
    request = requests.get(db, request_id)
    if user_id is None or request is None:
        return _not_given(db, request, to)
    target, name = f"user {user_id}", users_reach.name(db, to)
    audit.record(db, actor_id=by.id, action="request.hand_over", target=target, after=name, now=now)
    pending = outgoing_queue.stale(db, request_id)
    if to != by.id:
        outgoing_queue.queue_alert(db, [to], request_id=request_id, words=request.text, now=now)
    return pending | {to}


def _not_given(db: Session, request: Request | None, to: int) -> frozenset[int]:
    if request is None:
        raise Refusal("refusals.unknown_request")
    if request.closed_at is not None:
        raise Refusal("requests.closed_already")
    if request.taken_by == to:
        return frozenset()
    raise Refusal("requests.too_late", who=users_reach.name(db, request.taken_by or 0))
