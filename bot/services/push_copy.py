"""A push like another one: whom it is for, what it says, its options; not its sendings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.flow.markup import shorten
from bot.rules import fold
from bot.services import pushes
from bot.services.pushes import TITLE_LENGTH
from bot.services.roles import Actor, Role, require
from models import Push, PushContent, PushGroup, PushMember

#: What a copy does not share with the original.
_OWN = frozenset(
    {"id", "title", "folded", "created_by", "created_at", "deleted_at", "revision", "content_id"}
    | {"previewed_by", "previewed_number"}
)


def duplicate(db: Session, push_id: int, *, by: Actor, now: datetime) -> Push:
    """A new push with the same content and audience, called "Spring (2)"."""
    require(by, Role.ADMIN)
    push = pushes.get(db, push_id)
    title = _free(db, push.title)
    shared = {column.key: getattr(push, column.key) for column in Push.__table__.columns if column.key not in _OWN}
    copy = Push(title=title, folded=fold(title), created_by=by.id, created_at=now, **shared)
    db.add(copy)
    db.flush()
    _copy_audience(db, push, copy)
    _copy_content(db, push, copy, by, now)
    pushes.record(db, copy, "push.create", by, now, after=f"{title}, like push {push.id}")
    return copy


def _free(db: Session, title: str) -> str:
    number = 2
    while True:
        end = f" ({number})"
        tried = shorten(title, TITLE_LENGTH - len(end)) + end
        taken = select(Push.id).where(Push.folded == fold(tried), Push.deleted_at.is_(None))
        if db.scalar(taken) is None:
            return tried
        number += 1


def _copy_audience(db: Session, push: Push, copy: Push) -> None:
    for group in db.scalars(select(PushGroup).where(PushGroup.push_id == push.id)):
        db.add(PushGroup(push_id=copy.id, group_id=group.group_id, minus=group.minus))
    for member in db.scalars(select(PushMember).where(PushMember.push_id == push.id)):
        db.add(PushMember(push_id=copy.id, user_id=member.user_id))
    db.flush()


def _copy_content(db: Session, push: Push, copy: Push, by: Actor, now: datetime) -> None:
    said = db.get(PushContent, push.content_id) if push.content_id is not None else None
    if said is None:
        return
    row = PushContent(push_id=copy.id, versions=said.versions, bot_id=said.bot_id, created_by=by.id, created_at=now)
    db.add(row)
    db.flush()
    copy.content_id = row.id
    db.flush()
