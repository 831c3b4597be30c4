"""The list of pushes, each with the run that says how it stands; and the groups one may choose for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from bot.services.pushes import AHEAD, LIVE
from models import Group, Push, PushRun


@dataclass(frozen=True, slots=True)
class Entry:
    """A push, and the run that matters: the one that is going on, else the next one, else the last one."""

    push: Push
    run: PushRun | None


@dataclass(frozen=True, slots=True)
class PushPage:
    """Some pushes, newest first, and whether there are older ones."""

    entries: Sequence[Entry]
    more: bool


def page(db: Session, *, before: int | None = None, size: int = 8) -> PushPage:
    """Pushes with ids below `before`."""
    query = select(Push).where(Push.deleted_at.is_(None)).order_by(Push.id.desc()).limit(size + 1)
    found = db.scalars(query if before is None else query.where(Push.id < before)).all()
    return PushPage([Entry(push, run_that_matters(db, push.id)) for push in found[:size]], len(found) > size)


def count(db: Session) -> int:
    """How many pushes there are."""
    return db.scalar(select(func.count()).where(Push.deleted_at.is_(None))) or 0


def run_that_matters(db: Session, push_id: int) -> PushRun | None:
    """The run that is going on, else the one that asks or is next, else the last one that began."""
    rank = case((PushRun.state.in_(LIVE), 0), (PushRun.state.in_(AHEAD), 1), else_=2)
    begun = PushRun.state.in_((*LIVE, *AHEAD)) | PushRun.started_at.is_not(None)
    query = select(PushRun).where(PushRun.push_id == push_id, begun)
    later = case((PushRun.state.in_(AHEAD), PushRun.due_at), else_=None)
    return db.scalar(query.order_by(rank, later, PushRun.id.desc()).limit(1))


def unreached(db: Session, push_id: int) -> tuple[int, int]:
    """How many deliveries of a push have failed, and how many are unsure, over all its runs."""
    totals = select(func.sum(PushRun.failed), func.sum(PushRun.unsure)).where(PushRun.push_id == push_id)
    failed, unsure = db.execute(totals).one()
    return int(failed or 0), int(unsure or 0)


def group_choices(db: Session, *, after: int | None = None, size: int = 8) -> tuple[list[Group], bool]:
    """Groups with ids above `after`, and whether there are more."""
    query = select(Group).order_by(Group.id).limit(size + 1)
    found = list(db.scalars(query if after is None else query.where(Group.id > after)))
    return found[:size], len(found) > size


def groups_named(db: Session, names: Sequence[str]) -> list[Group]:
    """The groups with these folded names; those that do not exist are missing."""
    return list(db.scalars(select(Group).where(Group.folded.in_(names))))


def group_names(db: Session) -> list[str]:
    """The folded names of all groups, for the nearest to a mistyped one."""
    return list(db.scalars(select(Group.folded).order_by(Group.id.desc()).limit(500)))
