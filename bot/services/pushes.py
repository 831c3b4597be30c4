"""Pushes as saved: a title, whom they are for, and the block they start. Saving is not sending."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from sqlalchemy import delete as delete_rows
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from bot.flow.markup import clean
from bot.rules import fold
from bot.services import audit, sql
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role, require
from bot.services.setup import Setup
from models import Group, Push, PushGroup, PushMember, PushRun

#: Characters of a title.
TITLE_LENGTH = 64
#: Runs that are not over and not mere drafts.
LIVE = ("planning", "sending", "paused")
AHEAD = ("planned", "asking", "approving")

#: Folded titles and titles, for the nearest to a mistyped one.
_NEWEST = select(Push.folded, Push.title).where(Push.deleted_at.is_(None)).order_by(Push.id.desc()).limit(500)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is said of a push besides its title."""

    groups: Collection[int] = ()
    everyone: bool = False
    #: The block it starts.
    start: str | None = None


NOTHING = Plan()


def create(db: Session, title: str, plan: Plan = NOTHING, *, by: Actor, setup: Setup, now: datetime) -> Push:
    """A new push. Refused where the title is empty, too long or taken, or a group or block does not exist."""
    require(by, Role.ADMIN)
    title = _free_title(db, title)
    _check_block(plan.start, setup)
    push = Push(title=title, folded=fold(title), everyone=False, created_by=by.id, created_at=now)
    db.add(push)
    db.flush()
    push.start = plan.start
    _put_groups(db, push, plan.groups, everyone=plan.everyone)
    record(db, push, "push.create", by, now, after=title)
    return push


def get(db: Session, push_id: int, *, lock: bool = False) -> Push:
    """The push. Refused where it was deleted."""
    push = db.get(Push, push_id, with_for_update=lock, populate_existing=True)
    if push is None or push.deleted_at is not None:
        raise Refusal("push.gone")
    return push


def find(db: Session, title: str) -> Push:
    """The push with this title, whatever its case. Refused where there is none."""
    push = db.scalar(select(Push).where(Push.folded == fold(title), Push.deleted_at.is_(None)))
    if push is None:
        titles: dict[str, str] = {row.folded: row.title for row in db.execute(_NEWEST)}
        near = get_close_matches(fold(title), titles, n=1)
        raise Refusal(
            "push.unknown_near" if near else "push.unknown", title=clean(title), near="".join(near and titles[near[0]])
        )
    return push


def rename(db: Session, push_id: int, title: str, *, by: Actor, now: datetime) -> Push:
    """Another title. Refused as in `create`."""
    require(by, Role.ADMIN)
    push = get(db, push_id, lock=True)
    title = _free_title(db, title, but=push_id)
    record(db, push, "push.rename", by, now, before=push.title, after=title)
    push.title, push.folded = title, fold(title)
    db.flush()
    return push


def set_start(db: Session, push_id: int, block: str, *, by: Actor, setup: Setup, now: datetime) -> Push:
    """The block that the push starts; a run that has begun keeps its own. Refused where the flow has no such block."""
    require(by, Role.ADMIN)
    push = get(db, push_id, lock=True)
    _check_block(block, setup)
    record(db, push, "push.start", by, now, before=push.start, after=block)
    push.start, push.content_id = block, None
    revise(push)
    db.flush()
    return push


def revise(push: Push) -> None:
    """What is sent has changed: runs that have begun keep theirs, and no preview has shown this one."""
    push.revision += 1
    push.previewed_by = push.previewed_number = None


def set_everyone(db: Session, push_id: int, *, by: Actor, now: datetime) -> Push:
    """The push is for everyone instead of groups."""
    return _set_groups(db, push_id, [], everyone=True, by=by, now=now)


def set_groups(db: Session, push_id: int, group_ids: Collection[int], *, by: Actor, now: datetime) -> Push:
    """The push is for whoever is in at least one of these groups. Refused where a group is gone."""
    return _set_groups(db, push_id, group_ids, everyone=False, by=by, now=now)


def switch_group(db: Session, push_id: int, group_id: int, *, by: Actor, now: datetime) -> Push:
    """Put a group in, or take it out."""
    present = {group.id for group in groups(db, push_id)}
    return set_groups(db, push_id, sorted(present ^ {group_id}), by=by, now=now)


def groups(db: Session, push_id: int) -> list[Group]:
    """The groups that the push is for, by name."""
    query = select(Group).join(PushGroup, PushGroup.group_id == Group.id).where(PushGroup.push_id == push_id)
    return list(db.scalars(query.where(PushGroup.minus.is_(False)).order_by(Group.folded)))


def has_audience(db: Session, push: Push) -> bool:
    """Whether somebody has said whom the push is for."""
    groups = exists().where(PushGroup.push_id == push.id, PushGroup.minus.is_(False))
    members = exists().where(PushMember.push_id == push.id)
    return push.everyone or push.rule is not None or bool(db.scalar(select(groups | members)))


def delete(db: Session, push_id: int, *, by: Actor, now: datetime) -> Push:
    """Delete a push with the times planned for it; its ledger stays. Refused while it is being sent."""
    require(by, Role.ADMIN)
    push = get(db, push_id, lock=True)
    runs = db.scalars(select(PushRun).where(PushRun.push_id == push_id, PushRun.state.in_((*LIVE, *AHEAD)))).all()
    if any(run.state in LIVE for run in runs):
        raise Refusal("push.delete_running", title=push.title)
    for run in runs:
        run.state, run.ended_at, run.reason = "stopped", now, "the push was deleted"
    push.deleted_at = now
    db.flush()
    record(db, push, "push.delete", by, now, before=push.title)
    return push


def record(
    db: Session,
    push: Push,
    action: str,
    by: Actor,
    now: datetime,
    *,
    before: str | None = None,
    after: str | None = None,
) -> None:
    """One row of the audit about a push."""
    target = f"push {push.id}"
    audit.record(db, actor_id=by.id, action=action, target=target, before=before, after=after, now=now)


def _set_groups(
    db: Session, push_id: int, group_ids: Collection[int], *, everyone: bool, by: Actor, now: datetime
) -> Push:
    require(by, Role.ADMIN)
    push = get(db, push_id, lock=True)
    before = _audience_words(db, push)
    _put_groups(db, push, group_ids, everyone=everyone)
    record(db, push, "push.groups", by, now, before=before, after=_audience_words(db, push))
    return push


def _check_block(block: str | None, setup: Setup) -> None:
    if block is not None and block not in setup.flow.blocks:
        raise no_block(block, setup)


def no_block(block: str, setup: Setup) -> Refusal:
    """The refusal for a block that the flow does not have, with the nearest that it has."""
    near = get_close_matches(block, setup.flow.blocks, n=1)
    return Refusal("push.no_block_near" if near else "push.no_block", block=clean(block), near="".join(near))


def _put_groups(db: Session, push: Push, group_ids: Collection[int], *, everyone: bool) -> None:
    known = set(db.scalars(select(Group.id).where(Group.id.in_(group_ids))))
    if len(known) < len(set(group_ids)):
        raise Refusal("push.no_group")
    of_push = (PushGroup.push_id == push.id, PushGroup.minus.is_(False) | PushGroup.group_id.in_(known))
    db.execute(delete_rows(sql.table(PushGroup)).where(*of_push))
    db.add_all(PushGroup(push_id=push.id, group_id=group_id) for group_id in sorted(known))
    push.everyone = everyone
    db.flush()


def _audience_words(db: Session, push: Push) -> str:
    return "everyone" if push.everyone else ", ".join(group.name for group in groups(db, push.id))


def _free_title(db: Session, title: str, *, but: int | None = None) -> str:
    title = " ".join(clean(title).split())
    folded = fold(title)
    if not folded or len(title) > TITLE_LENGTH:
        raise Refusal("push.bad_title", most=TITLE_LENGTH)
    taken = db.scalar(select(Push.id).where(Push.folded == folded, Push.deleted_at.is_(None)))
    if taken is not None and taken != but:
        raise Refusal("push.title_taken", title=title)
    return title
