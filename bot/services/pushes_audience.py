"""Whom a push is for: everyone, or who is in a group, fulfils the rule or was picked; less who is in other groups."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

import structlog
from sqlalchemy import Select, delete, except_, exists, false, select, union, update
from sqlalchemy.orm import Session

from bot.rules import Rule, RuleError
from bot.services import audience, audience_groups, groups_check, pushes, sql, variables
from bot.services.audience_sql import Compiler
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role, require
from bot.services.setup import Setup
from models import Group, Push, PushGroup, PushMember, User

log = structlog.get_logger(__name__)

_GROUPS, _MEMBERS = sql.table(PushGroup), sql.table(PushMember)


def members(db: Session, push_id: int, *, setup: Setup, now: datetime) -> Select[int]:
    """A SELECT of the ids of everybody in the push's audience now, each once."""
    push, local = db.get_one(Push, push_id), now.astimezone(setup.zone)
    without = _any_of(db, minus(db, push_id), local)
    wanted = audience.user_ids(db, None, now=local) if push.everyone else _wanted(db, push, local)
    if not without:
        return wanted
    left = except_(_set(wanted), *map(_set, without)).subquery()
    return select(left.c[0])


def _wanted(db: Session, push: Push, now: datetime) -> Select[int]:
    parts = _any_of(db, pushes.groups(db, push.id), now)
    if (rule := _rule(db, push)) is not None:
        parts.append(Compiler(db, now).ids(rule))
    if has_members(db, push.id):
        parts.append(select(_MEMBERS.c.user_id).where(_MEMBERS.c.push_id == push.id))
    if not parts:
        return select(User.id).where(false())
    if len(parts) == 1:
        return parts[0]
    either = union(*map(_set, parts)).subquery()
    return select(either.c[0])


def _set(ids: Select[int]) -> Select[int]:
    """A part of a union: SQLite takes no compound inside of another."""
    return select(ids.subquery().c[0])


def _any_of(db: Session, groups: Iterable[Group], now: datetime) -> list[Select[int]]:
    """Who is in each of the groups; groups without a rule have nobody in them."""
    fields = variables.names(db)
    saved = [audience_groups.find(db, group.name, fields) for group in groups]
    whole = [audience.user_ids(db, None, now=now) for group in saved if group and group.everyone]
    return whole or [audience.user_ids(db, group.rule, now=now) for group in saved if group and group.rule]


def _rule(db: Session, push: Push) -> Rule | None:
    """The typed rule; None where there is none, or it names a variable that is declared no longer."""
    try:
        return audience.read(db, push.rule) if push.rule else None
    except RuleError as error:
        log.warning("the rule of a push cannot be read", push=push.id, rule=push.rule, problem=str(error))
        return None


def is_everyone(db: Session, push_id: int) -> bool:
    """Whether the push is for all users there are."""
    return db.get_one(Push, push_id).everyone and not minus(db, push_id)


def minus(db: Session, push_id: int) -> list[Group]:
    """The groups whose members are taken out, by name."""
    query = select(Group).join(PushGroup, PushGroup.group_id == Group.id)
    query = query.where(PushGroup.push_id == push_id, PushGroup.minus.is_(True))
    return list(db.scalars(query.order_by(Group.folded)))


def has_members(db: Session, push_id: int) -> bool:
    """Whether somebody was picked by hand."""
    return bool(db.scalar(select(exists().where(_MEMBERS.c.push_id == push_id))))


def picked(db: Session, push_id: int) -> list[int]:
    """The people picked by hand, by id."""
    query = select(_MEMBERS.c.user_id).where(_MEMBERS.c.push_id == push_id)
    return list(db.scalars(query.order_by(_MEMBERS.c.user_id)))


def set_rule(db: Session, push_id: int, written: str | None, *, by: Actor, now: datetime) -> Push:
    """The push is for those for whom a rule holds as well; None: no longer. Raises RuleError with the place."""
    require(by, Role.ADMIN)
    push = pushes.get(db, push_id, lock=True)
    before, push.rule = push.rule, groups_check.readable(db, written)[0] if written else None
    push.everyone = push.everyone and push.rule is None
    db.flush()
    pushes.record(db, push, "push.rule", by, now, before=before, after=push.rule)
    return push


def switch_minus(db: Session, push_id: int, group_id: int, *, by: Actor, now: datetime) -> Push:
    """Take the members of a group out, or no longer. Refused where the group is gone."""
    taken_out = {group.id for group in minus(db, push_id)}
    return set_minus(db, push_id, taken_out ^ {group_id}, by=by, now=now)


def set_minus(db: Session, push_id: int, group_ids: Collection[int], *, by: Actor, now: datetime) -> Push:
    """The members of exactly these groups are taken out; a group is not for and against at once."""
    require(by, Role.ADMIN)
    push = pushes.get(db, push_id, lock=True)
    before = minus(db, push_id)
    known = set(db.scalars(select(Group.id).where(Group.id.in_(group_ids))))
    if len(known) < len(set(group_ids)):
        raise Refusal("push.no_group")
    of_push = _GROUPS.c.push_id == push_id
    db.execute(delete(_GROUPS).where(of_push, _GROUPS.c.minus.is_(True) | _GROUPS.c.group_id.in_(known)))
    db.add_all(PushGroup(push_id=push_id, group_id=group_id, minus=True) for group_id in sorted(known))
    db.flush()
    pushes.record(db, push, "push.minus", by, now, before=_names(before), after=_names(minus(db, push_id)))
    return push


def _names(groups: Iterable[Group]) -> str:
    return ", ".join(group.name for group in groups)


def set_members(db: Session, push_id: int, people: Collection[int], *, by: Actor, now: datetime) -> Push:
    """The push is for exactly these people besides its groups. Refused where nobody has met one of them."""
    require(by, Role.ADMIN)
    push = pushes.get(db, push_id, lock=True)
    met = set(db.scalars(select(User.id).where(User.id.in_(people))))
    if missing := sorted(set(people) - met):
        raise Refusal("refusals.unknown_user", user=str(missing[0]))
    before = picked(db, push_id)
    db.execute(delete(_MEMBERS).where(_MEMBERS.c.push_id == push_id))
    db.add_all(PushMember(push_id=push_id, user_id=user_id) for user_id in sorted(met))
    push.everyone = push.everyone and not met
    db.flush()
    words = [", ".join(map(str, ids[:20])) for ids in (before, sorted(met))]
    pushes.record(db, push, "push.members", by, now, before=words[0], after=words[1])
    return push


def set_talking(db: Session, push_id: int, talking: bool, *, by: Actor, now: datetime) -> Push:
    """Whether people who talk with staff get it as well."""
    require(by, Role.ADMIN)
    push = pushes.get(db, push_id, lock=True)
    db.execute(update(sql.table(Push)).where(Push.id == push_id).values(talking=talking))
    pushes.record(db, push, "push.talking", by, now, before=str(push.talking), after=str(talking))
    db.refresh(push)
    return push
