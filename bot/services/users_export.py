"""Exports of the list of users: asked for once, read in pages, the same fields for everybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, cast

from sqlalchemy import Row, delete, select
from sqlalchemy.orm import Session

from bot.rules import Fact, Rule
from bot.services import audience, audit, roles, sql, users_list, variables
from bot.services.audience_order import Key, Sort
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role
from models import Export, User, UserTag, UserVariable, Variable

#: Users that are read in one transaction.
PIECE = 500
KINDS = ("csv", "xlsx")
#: Fields of every user, in front of the variables; `tags` stands at the end.
FIELDS = (
    *("id", "first_name", "last_name", "username", "language", "phone", "email", "source"),
    *(
        "joined_at",
        "last_seen_at",
        "bot_off_since",
        "blocked_at",
        "gone_at",
        "unsubscribed_at",
        "muted_at",
        "banned_at",
    ),
)
TAGS = "tags"

Cell = str | float | bool | None


@dataclass(frozen=True, slots=True)
class Piece:
    """Some users as rows of cells, and the place after them; None: the list ends."""

    rows: tuple[tuple[Cell, ...], ...]
    next: Key | None


def ask(db: Session, rule: str, kind: str, sort: Sort, *, count: str, by: Actor, now: datetime) -> None:
    """Ask for a file of the list; `count` is how many users were announced ("10,000+"). Written into the audit."""
    roles.require(by, Role.ADMIN)
    if kind not in KINDS:
        raise Refusal("ui.old")
    db.add(Export(user_id=by.id, rule=rule, kind=kind, sort=sort.value, asked_at=now))
    db.flush()
    what = {"action": "users.export", "target": rule or "everyone", "after": f"{count} users as {kind}"}
    audit.record(db, actor_id=by.id, now=now, **what)


def ask_recipients(db: Session, run_id: int, kind: str, *, count: int, by: Actor, now: datetime) -> None:
    """Ask for a file with one row per recipient of a sending. Written into the audit."""
    roles.require(by, Role.ADMIN)
    if kind not in KINDS:
        raise Refusal("ui.old")
    db.add(Export(user_id=by.id, run_id=run_id, rule="", kind=kind, sort=Sort.LAST_SEEN.value, asked_at=now))
    db.flush()
    what = {"action": "push.export", "target": f"run {run_id}", "after": f"{count} people as {kind}"}
    audit.record(db, actor_id=by.id, now=now, **what)


def waiting(db: Session) -> list[Export]:
    """What was asked for and is not sent yet, the oldest first."""
    return list(db.scalars(select(Export).order_by(Export.id).execution_options(populate_existing=True)))


def done(db: Session, export_id: int) -> None:
    """The file was sent, or cannot be."""
    db.execute(delete(sql.table(Export)).where(Export.id == export_id))


def header(db: Session) -> tuple[str, ...]:
    """The names of the columns: fields, variables by name, tags."""
    return (*FIELDS, *sorted(variables.names(db)), TAGS)


def piece(
    db: Session, rule: Rule | None, names: Sequence[str], *, sort: Sort, after: Key | None, now: datetime
) -> Piece:
    """The next users of the list as rows under these names; `now` in the bot's zone."""
    page = audience.page(db, rule, now=now, sort=sort, after=after, size=PIECE)
    people = users_list.in_order(db, page.ids)
    values, tags = values_of(db, page.ids), tags_of(db, page.ids)
    known = set(names) - {*FIELDS, TAGS}
    rows = (
        tuple(
            _cell(values[user.id].get(name)) if name in known else _field(user, name, tags[user.id]) for name in names
        )
        for user in people
    )
    return Piece(tuple(rows), page.next)


def values_of(db: Session, ids: Sequence[int]) -> defaultdict[int, dict[str, Fact]]:
    """The values of these people by id and name."""
    query = (
        select(UserVariable.user_id, Variable.name, Variable.type, UserVariable.text, UserVariable.number)
        .join_from(UserVariable, Variable)
        .where(UserVariable.user_id.in_(ids))
    )
    values: defaultdict[int, dict[str, Fact]] = defaultdict(dict)
    for row in cast("Iterable[Row[Any]]", db.execute(query)):
        values[row.user_id] |= variables.read([row])
    return values


def tags_of(db: Session, ids: Sequence[int]) -> defaultdict[int, list[str]]:
    """The tags of these people by id, in order."""
    query = select(UserTag.user_id, UserTag.tag).where(UserTag.user_id.in_(ids)).order_by(UserTag.tag)
    tags: defaultdict[int, list[str]] = defaultdict(list)
    for row in db.execute(query):
        tags[row.user_id].append(row.tag)
    return tags


def _field(user: User, name: str, tags: list[str]) -> Cell:
    return ", ".join(tags) if name == TAGS else _cell(getattr(user, name))


def _cell(value: Fact | None) -> Cell:
    """A value as it is written into a file: moments, days and times as ISO text."""
    return value.isoformat() if isinstance(value, datetime | date | time) else value
