"""The people of a batch: as the flow sees them before it, and where they are after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, exists, select
from sqlalchemy.orm import Session

from bot.flow.engine import Turn
from bot.flow.person import Person, Place
from bot.services import conversation_turn, people, people_scene, sql, users_reach, waits
from bot.services.conversation_turn import Voice
from bot.services.outgoing_queue import PUSHES
from bot.services.setup import Setup
from bot.services.storable import storable
from models import Place as PlaceRow
from models import User

#: All of a person's row.
COLUMNS = tuple(sql.table(User).c)

_USERS, _PLACES = sql.table(User), sql.table(PlaceRow)


@dataclass(frozen=True, slots=True)
class Scene:
    """One person of a batch, and where they are."""

    user_id: int
    person: Person
    place: Place


def scenes(db: Session, rows: Sequence[Row[Any]], *, setup: Setup, now: datetime) -> Iterator[Scene]:
    """The people of these rows of `users`, as the flow sees them."""
    staff = bool(db.scalar(select(exists().where(User.support_since.is_not(None), users_reach.reachable()))))
    there = places(db, [row.id for row in rows])
    persons = people.persons_of(db, rows, staff_reachable=staff, setup=setup, now=now)
    for row, person in zip(rows, persons, strict=True):
        yield Scene(row.id, person, there.get(row.id, Place()))


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody whom a block has reached: where they were when it was made, and what came of it besides its messages."""

    user_id: int
    before: Place
    turn: Turn


def carry_out(db: Session, moves: Sequence[Move], *, run_id: int, setup: Setup, now: datetime) -> frozenset[int]:
    """Move people to where the push leads and do what it says; who has moved on since then is left where they are.

    Returns whom there is something to send to: staff, where a block of the push calls them.
    """
    there = places(db, [move.user_id for move in moves])
    still = [move for move in moves if there.get(move.user_id, Place()) == move.before]
    _move(db, [move for move in still if not move.turn.effects])
    pending: frozenset[int] = frozenset()
    voice = Voice("push", run_id, PUSHES)
    for move in still:
        if move.turn.effects:
            user, scene = _locked(db, move.user_id), people_scene.scene(db, move.user_id)
            carried = conversation_turn.carry_out(db, user, scene, move.turn, [], voice=voice, setup=setup, now=now)
            pending |= carried.pending
    return pending


def _move(db: Session, moves: Sequence[Move]) -> None:
    rows = [
        {
            "user_id": move.user_id,
            "block": move.turn.place.block,
            "failures": move.turn.place.failures,
            "last_input": storable(move.turn.place.last_input),
            "returns": list(move.turn.place.returns),
        }
        for move in moves
        if move.turn.place != move.before
    ]
    if rows:
        db.execute(_place(sql.dialect(db)), rows)
        waits.moved_on(db, [move.user_id for move in moves if move.turn.place.block != move.before.block])


@cache
def _place(dialect: str) -> Any:
    statement = sql.insert(dialect, PlaceRow)
    changed = {name: statement.excluded[name] for name in ("block", "failures", "last_input", "returns")}
    return statement.on_conflict_do_update(index_elements=["user_id"], set_=changed)


def _locked(db: Session, user_id: int) -> Row[Any]:
    return db.execute(select(_USERS).where(_USERS.c.id == user_id).with_for_update(key_share=True)).one()


def places(db: Session, ids: Sequence[int]) -> dict[int, Place]:
    """Where each of these people is; those who have never pressed Start are missing."""
    rows = db.execute(select(_PLACES).where(_PLACES.c.user_id.in_(ids)))
    return {row.user_id: Place(row.block, row.failures, row.last_input, tuple(row.returns)) for row in rows}
