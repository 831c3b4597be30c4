"""Everything about one person as a JSON document: for themselves, and for admins who are asked for it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Row, Table, select
from sqlalchemy.orm import Session

from bot.rules import Fact
from bot.services import deliveries, sql, variables
from bot.services.deliveries import DELIVERIES
from bot.services.refusal import Refusal
from models import Draft, Message, Place, PlannedMessage, Request, User, UserTag, Wait
from models.user import FOLDED

#: Columns that say nothing a person could want to know: twins for searching, and secrets of links.
_HIDDEN = frozenset({*FOLDED, "search", "last_message", "token", "user_id"})
#: Who on the other side did it is not for the person whose data it is.
_OTHERS = frozenset({"bot_off_by", "taken_by", "closed_by", "author_id"})
_PUSHES = select(DELIVERIES).order_by(DELIVERIES.c.run_id)


def document(db: Session, user_id: int, *, for_themselves: bool) -> bytes:
    """All that is kept about a person, as indented JSON in UTF-8. Raises a Refusal for somebody nobody has met."""
    return json.dumps(everything(db, user_id, for_themselves=for_themselves), ensure_ascii=False, indent=1).encode()


def everything(db: Session, user_id: int, *, for_themselves: bool) -> dict[str, Any]:
    """The same as plain values; moments are ISO texts in UTC. Who of the staff did something is left out for users."""
    hidden = _HIDDEN | (_OTHERS if for_themselves else frozenset())
    users = _rows(db, sql.table(User), "id", user_id, hidden, ())
    if not users:
        raise Refusal("refusals.unknown_user", user=str(user_id))
    return {
        "user": users[0],
        "variables": {name: _plain(value) for name, value in sorted(variables.values(db, user_id).items())},
        "tags": [row["tag"] for row in _rows(db, sql.table(UserTag), "user_id", user_id, hidden, ("tag",))],
        "place": next(iter(_rows(db, sql.table(Place), "user_id", user_id, hidden, ())), None),
        "waits": _rows(db, sql.table(Wait), "user_id", user_id, hidden, ("block",)),
        "messages": _rows(db, sql.table(Message), "user_id", user_id, hidden, ("number",)),
        "planned_messages": _rows(db, sql.table(PlannedMessage), "user_id", user_id, hidden, ("id",)),
        "requests": _rows(db, sql.table(Request), "user_id", user_id, hidden, ("id",)),
        "pushes": [_as_dict(row, hidden) for row in db.execute(_PUSHES.where(deliveries.theirs(user_id)))],
        "begun": _rows(db, sql.table(Draft), "user_id", user_id, hidden, ()),
    }


def _rows(
    db: Session, table: Table, key: str, user_id: int, hidden: Collection[str], order: Iterable[str]
) -> list[dict[str, Any]]:
    query = select(table).where(table.c[key] == user_id).order_by(*(table.c[name] for name in order))
    return [_as_dict(row, hidden) for row in db.execute(query)]


def _as_dict(row: Row[Any], hidden: Collection[str]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in row._mapping.items() if name not in hidden and value is not None}


def _plain(value: Any) -> Fact | Any:
    return value.isoformat() if isinstance(value, datetime | date | time) else value
