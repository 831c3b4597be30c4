"""Where people's conversations stand, and whose updates can be heard together: read for one person or for many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, func, select
from sqlalchemy.orm import Session

from bot.flow.person import Place
from bot.services import inbox, messages, sql
from bot.services.prepared import Prepared
from bot.services.users_reach import reachable
from bot.services.waits import HAS_LOOSE
from models import Draft, InboxUpdate, Message, Request, User
from models import Place as PlaceRow

_USERS, _PLACES, _REQUESTS, _MESSAGES = (sql.table(one) for one in (User, PlaceRow, Request, Message))
_INBOX, _DRAFTS = sql.table(InboxUpdate), sql.table(Draft)
PLACE_FIELDS = ("block", "failures", "last_input", "returns", "album", "collects")


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a person's conversation stands."""

    place: Place
    #: At least one member of staff can be told.
    staff_reachable: bool
    #: Some block is waited for only as long as the person does not go on.
    waits: bool
    #: The open request, if there is one, and who took it.
    request_id: int | None
    taken_by: int | None
    #: Something waits to be sent to them that is not at hand where the answer will be sent.
    waiting: bool = False
    #: Since when they wait for an answer of staff.
    waits_since: datetime | None = None


def at_hand(db: Session, update_ids: Sequence[int], worker_id: int | None) -> list[Any]:
    """Whose open updates these are: rows of `users` with the `update_id`, both locked until the transaction ends.

    Left out is who is in the middle of a draft, whom somebody else has locked at this moment, and what is another
    worker's.
    """
    return _AT_HAND.all(db, {"which": list(update_ids), "me": worker_id})


def _at_hand(dialect: str) -> Any:
    ours = _INBOX.c.worker.is_not_distinct_from(bindparam("me", type_=_INBOX.c.worker.type))
    return (
        select(_INBOX.c.update_id, _USERS)
        .join_from(_INBOX, _USERS, _USERS.c.id == _INBOX.c.lane)
        .where(sql.among(dialect, _INBOX.c.update_id, "which"), inbox.OPEN, ours)
        .where(~exists().where(_DRAFTS.c.user_id == _INBOX.c.lane))
        .with_for_update(key_share=True, skip_locked=True, of=[_INBOX, _USERS])
    )


_AT_HAND = Prepared(_at_hand)


def scene(db: Session, user_id: int) -> Scene:
    """Where the conversation of somebody we have met stands."""
    return _scene_of(_SCENE.one(db, {"whose": user_id}))


def scenes(db: Session, at_hand: Mapping[int, int]) -> dict[int, Scene]:
    """The same for many people, each with the number of the line up to which all that waits for them is at hand."""
    return {row.id: _scene_of(row, at_hand[row.id]) for row in _SCENES.all(db, {"whose": list(at_hand)})}


def _scene_of(row: Any, at_hand: int = 0) -> Scene:
    kept = tuple(row.returns or ())
    place = Place(row.block, row.failures or 0, row.last_input or "", kept, row.album, row.collects)
    waiting = (row.unsent or 0) > at_hand
    return Scene(place, row.staff_reachable, row.waits, row.request_id, row.taken_by, waiting, row.waits_since)


def _scene(of_people: ColumnElement[bool]) -> Any:
    # "between" and not "=": see `outgoing_take`.
    unsent = _MESSAGES.c.user_id.between(_USERS.c.id, _USERS.c.id) & messages.PENDING
    return (
        select(
            _USERS.c.id,
            *(_PLACES.c[name] for name in PLACE_FIELDS),
            exists().where(User.support_since.is_not(None), reachable()).label("staff_reachable"),
            HAS_LOOSE.label("waits"),
            _REQUESTS.c.id.label("request_id"),
            _REQUESTS.c.taken_by,
            _REQUESTS.c.waits_since,
            select(func.max(_MESSAGES.c.number)).where(unsent).scalar_subquery().label("unsent"),
        )
        .select_from(
            _USERS.outerjoin(_PLACES, _PLACES.c.user_id == _USERS.c.id).outerjoin(
                _REQUESTS, (_REQUESTS.c.user_id == _USERS.c.id) & _REQUESTS.c.closed_at.is_(None)
            )
        )
        .where(of_people)
    )


_SCENE = Prepared(lambda dialect: _scene(_USERS.c.id == bindparam("whose")))
_SCENES = Prepared(lambda dialect: _scene(sql.among(dialect, _USERS.c.id, "whose")))
