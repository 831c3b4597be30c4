"""Meeting people, and what the flow may know of them: the first statements of every update."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    Text,
    bindparam,
    case,
    literal_column,
    null,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import Session

from bot.flow.person import Person, Place
from bot.rules import Fact, fold
from bot.services import people_scene, sql, variables
from bot.services.groups_membership import knowing_groups
from bot.services.prepared import Prepared
from bot.services.setup import Setup
from bot.services.storable import storable_fields, storable_or_none
from bot.services.users_folded import folded_twins
from models import Draft, InboxUpdate, Message, Request, User, UserTag, UserVariable, Variable
from models import Place as PlaceRow

_USERS, _PLACES, _REQUESTS, _MESSAGES = (sql.table(one) for one in (User, PlaceRow, Request, Message))
_INBOX, _DRAFTS = sql.table(InboxUpdate), sql.table(Draft)
_TAG = "tag"
_LOCKED = Prepared(
    lambda dialect: select(_USERS).where(_USERS.c.id == bindparam("whose")).with_for_update(key_share=True)
)
_SEEN = Prepared(
    lambda dialect: update(_USERS).where(_USERS.c.id == bindparam("whose")).values(last_seen_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent an update, as Telegram says."""

    id: int
    first_name: str
    last_name: str | None = None
    #: Without the @.
    username: str | None = None
    language: str | None = None


def meet(db: Session, sender: Sender, *, setup: Setup, now: datetime, source: str | None = None) -> Row[Any]:
    """Write down that a person was here; returns their row of `users`, locked until the transaction ends.

    At the first meeting `source` is kept (what their link carried), and support messages are switched on for those the
    config names. Somebody who writes has not blocked the bot.
    """
    user = arrive(db, sender, setup=setup, now=now, source=source)
    _SEEN.count(db, {"whose": user.id, "now": now})
    return user


def arrive(db: Session, sender: Sender, *, setup: Setup, now: datetime, source: str | None = None) -> Row[Any]:
    """The same for whoever goes on to write a line of theirs with `messages.append`, which notes the time as well."""
    sender = storable_fields(sender)
    known = _LOCKED.first(db, {"whose": sender.id})
    if known is None or has_changed(known, sender):
        return _write(db, sender, setup=setup, now=now, source=source)
    user: Row[Any] = known._replace(last_seen_at=now)
    return user


def has_changed(user: Row[Any], sender: Sender) -> bool:
    """Whether more is to be written than when they came."""
    if (user.first_name, user.last_name, user.username) != (sender.first_name, sender.last_name, sender.username):
        return True
    speaks_other = user.language != sender.language and user.language_chosen_at is None
    return speaks_other or user.blocked_at is not None or user.gone_at is not None


def _write(db: Session, sender: Sender, *, setup: Setup, now: datetime, source: str | None) -> Row[Any]:
    names = (sender.first_name, sender.last_name, sender.username)
    values = {
        "id": sender.id,
        "first_name": sender.first_name,
        "last_name": sender.last_name,
        "username": sender.username,
        "search": " ".join(folded for name in names if name and (folded := fold(name))),
        "language": sender.language,
        "source": storable_or_none(source),
        **folded_twins(
            first_name=sender.first_name,
            last_name=sender.last_name,
            username=sender.username,
            language=sender.language,
            source=source,
        ),
        "joined_at": now,
        "last_seen_at": now,
        "support_since": now if sender.id in setup.staff else None,
    }
    user: Row[Any] = _MEET.one(db, values)
    return user


def _meet(dialect: str) -> Any:
    statement = sql.insert(dialect, User).values({name: bindparam(name) for name in _MET})
    new = statement.excluded
    fresh = ("first_name", "last_name", "username", "search", "language", "last_seen_at")
    twins = ("first_name_folded", "last_name_folded", "username_folded", "language_folded")
    changed: dict[str, Any] = {name: new[name] for name in fresh + twins} | {"blocked_at": None, "gone_at": None}
    for name in ("language", "language_folded"):
        changed[name] = case((_USERS.c.language_chosen_at.is_(None), new[name]), else_=_USERS.c[name])
    return statement.on_conflict_do_update(index_elements=["id"], set_=changed).returning(*_USERS.c)


_MET = (
    *("id", "first_name", "last_name", "username", "search", "language", "source"),
    *("first_name_folded", "last_name_folded", "username_folded", "language_folded", "source_folded"),
    *("joined_at", "last_seen_at", "support_since"),
)
_MEET = Prepared(_meet)


def place(db: Session, user_id: int) -> Place:
    """Where a person is in the flow; the empty place before their first /start."""
    row = db.execute(select(_PLACES).where(_PLACES.c.user_id == user_id)).one_or_none()
    return (
        Place(row.block, row.failures, row.last_input, tuple(row.returns), row.album, row.collects) if row else Place()
    )


def locked(db: Session, user_id: int) -> Row[Any]:
    """The row of somebody we have met, nobody else's until the transaction ends. Raises NoResultFound."""
    user: Row[Any] = _LOCKED.one(db, {"whose": user_id})
    return user


def person(db: Session, user_id: int, *, setup: Setup, now: datetime) -> Person:
    """Somebody we have met, as the flow sees them. Raises NoResultFound for somebody nobody has met."""
    row = db.execute(select(_USERS).where(_USERS.c.id == user_id)).one()
    reachable = people_scene.scene(db, user_id).staff_reachable
    return person_of(db, row, staff_reachable=reachable, setup=setup, now=now)


def person_of(db: Session, row: Row[Any], *, staff_reachable: bool, setup: Setup, now: datetime) -> Person:
    """The same from their row of `users`, as `meet` returns it."""
    facts = _FACTS.all(db, {"whose": row.id})
    return _person(db, row, facts, staff_reachable=staff_reachable, setup=setup, now=now)


def persons_of(
    db: Session, rows: Sequence[Row[Any]], *, staff_reachable: bool, setup: Setup, now: datetime
) -> Iterator[Person]:
    """The same for many people, whose facts are read together."""
    facts: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for fact in _FACTS_OF_MANY.all(db, {"whose": [row.id for row in rows]}):
        facts[fact.user_id].append(fact)
    for row in rows:
        yield _person(db, row, facts[row.id], staff_reachable=staff_reachable, setup=setup, now=now)


def _person(
    db: Session, row: Row[Any], facts: Sequence[Row[Any]], *, staff_reachable: bool, setup: Setup, now: datetime
) -> Person:
    known: dict[str, Fact] = {
        **variables.read(fact for fact in facts if fact.type != _TAG),
        **_system_fields(row),
    }
    facts_of_person = Person(
        known=known,
        now=now.astimezone(setup.zone),
        language=row.language,
        tagged=frozenset(fact.name for fact in facts if fact.type == _TAG),
        staff_reachable=staff_reachable and row.muted_at is None,
    )
    return knowing_groups(db, facts_of_person)


def _facts(of_people: Callable[[ColumnElement[int]], ColumnElement[bool]]) -> CompoundSelect[Any]:
    """Variables and tags in one statement, told apart by the type."""
    number = UserVariable.number.type
    tags = (UserTag.tag, literal_column(f"'{_TAG}'", Text), null().cast(Text), null().cast(number))
    return union_all(
        select(UserVariable.user_id, Variable.name, Variable.type, UserVariable.text, UserVariable.number)
        .join_from(UserVariable, Variable)
        .where(of_people(sql.table(UserVariable).c.user_id)),
        select(UserTag.user_id, *tags).where(of_people(sql.table(UserTag).c.user_id)),
    )


_FACTS = Prepared(lambda dialect: _facts(lambda user_id: user_id == bindparam("whose")))
_FACTS_OF_MANY = Prepared(lambda dialect: _facts(lambda user_id: sql.among(dialect, user_id, "whose")))


def _system_fields(row: Row[Any]) -> Mapping[str, Fact]:
    """The read-only fields of `bot.rules.SYSTEM_FIELDS`; what is not set is left out."""
    fields: dict[str, Fact | None] = {
        "id": float(row.id),
        "first_name": row.first_name or None,
        "last_name": row.last_name,
        "username": row.username,
        "language": row.language,
        "phone": row.phone,
        "email": row.email,
        "source": row.source,
        "joined": row.joined_at,
        "last_seen": row.last_seen_at,
        "bot_active": row.bot_off_since is None,
        "blocked": row.blocked_at is not None,
        "gone": row.gone_at is not None,
        "unsubscribed": row.unsubscribed_at is not None,
        "muted": row.muted_at is not None,
        "banned": row.banned_at is not None,
    }
    return {name: value for name, value in fields.items() if value is not None}
