"""Asking for staff: a request is opened, staff are told, and what the person writes meanwhile is passed on to them."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.services import outgoing_queue, sql, support_topics, users_reach
from bot.services.outgoing_queue import Relay
from bot.services.setup import Setup
from models import Request, User

#: Bytes of chance in the link to a conversation.
TOKEN_BYTES = 18

_REQUESTS, _USERS = sql.table(Request), sql.table(User)
_OFF = (
    update(_USERS)
    .where(_USERS.c.id == bindparam("whose"), _USERS.c.bot_off_since.is_(None))
    .values(bot_off_since=bindparam("now"), bot_off_by=None)
)
_WAIT = (
    update(_REQUESTS)
    .where(_REQUESTS.c.id == bindparam("which"), _REQUESTS.c.waits_since.is_(None))
    .values(waits_since=bindparam("now"))
)


def ask(db: Session, relay: Relay, *, text: str, block: str | None, setup: Setup, now: datetime) -> frozenset[int]:
    """The Service Operator action: open a request, or let the line join the open one; the bot falls silent.

    `relay` is the line that led to it. Returns whom to send something (the staff group where it is a topic there);
    nobody if nobody can be reached: then nothing has changed.
    """
    staff = users_reach.staff_ids(db)
    if not staff:
        return frozenset()
    request_id = _open(db, relay.user_id, text, block, now)
    db.execute(_OFF, {"whose": relay.user_id, "now": now})
    if request_id is None:
        opened, taken_by = _open_request(db, relay.user_id)
        return pass_on(db, replace(relay, request_id=opened), taken_by=taken_by, setup=setup, now=now)
    group_id = setup.support.group_id
    if group_id and support_topics.open_topic(db, group_id, request_id, relay.user_id, posted=relay.number):
        return frozenset({group_id})
    source = (relay.user_id, relay.source) if relay.source is not None else None
    outgoing_queue.queue_alert(db, staff, request_id=request_id, words=text, source=source, now=now)
    return frozenset(staff)


def _open(db: Session, user_id: int, text: str, block: str | None, now: datetime) -> int | None:
    """The id of the new request; None where one is open already."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    values = {"user_id": user_id, "token": token, "text": text, "block": block, "opened_at": now, "waits_since": now}
    opened: int | None = db.scalar(_insert(sql.dialect(db)), values)
    return opened


@cache
def _insert(dialect: str) -> Any:
    return sql.insert(dialect, Request).on_conflict_do_nothing().returning(_REQUESTS.c.id)


def _open_request(db: Session, user_id: int) -> tuple[int | None, int | None]:
    query = select(_REQUESTS.c.id, _REQUESTS.c.taken_by)
    row = db.execute(query.where(_REQUESTS.c.user_id == user_id, _REQUESTS.c.closed_at.is_(None))).one_or_none()
    return (row.id, row.taken_by) if row else (None, None)


def pass_on(db: Session, relay: Relay, *, taken_by: int | None, setup: Setup, now: datetime) -> frozenset[int]:
    """Pass a line on to whoever took the request, else to all. Returns whom it goes to."""
    group_id = setup.support.group_id
    if group_id and support_topics.serves(db, group_id, relay.request_id):
        return frozenset({group_id})  # the topic takes it from the log
    staff = listeners(db, taken_by, setup.owners)
    outgoing_queue.queue_relay(db, staff, relay, now=now)
    return frozenset(staff)


def wait(db: Session, request_id: int, now: datetime) -> None:
    """From now on the person waits for an answer, if they did not before."""
    db.execute(_WAIT, {"which": request_id, "now": now})


def listeners(db: Session, taken_by: int | None, owners: Collection[int]) -> list[int]:
    """Who is told what a person writes: whoever took the request, else all staff; where none can be reached, admins."""
    staff = users_reach.staff_ids(db)
    if taken_by is not None and (taken_by in staff or taken_by in users_reach.admin_ids(db, owners)):
        return [taken_by]
    return staff or users_reach.admin_ids(db, owners)
