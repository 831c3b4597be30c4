"""Saving groups: new ones, copies, another name, another word between the rules. Each is one row of the audit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from bot.rules import fold
from bot.services import audit, groups, groups_check, groups_usage, sql
from bot.services.groups import SavedRules
from bot.services.groups_check import MAX_GROUPS, NAME_LENGTH
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role, require
from bot.services.setup import Setup
from models import Group, GroupRule


def create(
    db: Session, name: str, matching: str, rules: Sequence[str], *, by: Actor, setup: Setup, now: datetime
) -> SavedRules:
    """A new group of typed rules. Raises RuleError for one that cannot be read, and a Refusal for the rest."""
    require(by, Role.ADMIN)
    groups_check.one_at_a_time(db)
    name = groups_check.free_name(db, name)
    matching = groups_check.matching_of(matching)
    read = [groups_check.readable(db, written) for written in rules]
    groups_check.sound(db, name, matching, [rule for _, rule in read], setup=setup, now=now)
    group = _insert(db, name, matching, [text for text, _ in read], by, now)
    audit.record(db, actor_id=by.id, action="group.create", target=f"group {group.id}", after=words(group), now=now)
    return group


def duplicate(db: Session, group_id: int, *, by: Actor, now: datetime) -> SavedRules:
    """A copy with the same rules, called "VIP 2", "VIP 3" and so on."""
    require(by, Role.ADMIN)
    groups_check.one_at_a_time(db)
    source = groups.get(db, group_id)
    name = _name_of_copy(db, source.name)
    copy = _insert(db, name, source.matching, [line.text for line in source.lines], by, now)
    target = f"group {copy.id}"
    audit.record(db, actor_id=by.id, action="group.duplicate", target=target, before=source.name, after=name, now=now)
    return copy


def rename(db: Session, group_id: int, name: str, *, by: Actor, setup: Setup, now: datetime) -> SavedRules:
    """Another name; rules of other groups follow.

    Raises a Refusal where the flow asks for the old name, since its file cannot follow.
    """
    require(by, Role.ADMIN)
    groups_check.one_at_a_time(db)
    before = groups.get(db, group_id)
    name = groups_check.free_name(db, name, but=group_id)
    if fold(name) != fold(before.name) and (blocks := groups_usage.blocks(setup.flow, before.name)):
        raise Refusal("groups.flow_names_it", name=before.name, blocks=", ".join(blocks))
    db.execute(update(sql.table(Group)).where(Group.id == group_id).values(name=name, folded=fold(name)))
    groups_usage.rename_in_rules(db, before.name, name)
    target = f"group {group_id}"
    audit.record(db, actor_id=by.id, action="group.rename", target=target, before=before.name, after=name, now=now)
    return groups.get(db, group_id)


def set_matching(db: Session, group_id: int, matching: str, *, by: Actor, setup: Setup, now: datetime) -> SavedRules:
    """All of the rules, any of them, or everyone whatever the rules say."""
    require(by, Role.ADMIN)
    groups_check.one_at_a_time(db)
    before = groups.get(db, group_id)
    wanted = groups_check.matching_of(matching)
    if wanted is before.matching:
        return before
    db.execute(update(sql.table(Group)).where(Group.id == group_id).values(matching=wanted.value))
    after = groups_check.still_sound(db, group_id, setup=setup, now=now)
    record(db, "group.matching", before, after, by=by, now=now)
    return after


def record(db: Session, action: str, before: SavedRules, after: SavedRules, *, by: Actor, now: datetime) -> None:
    """One row of the audit: the group before and after."""
    was, becomes = words(before), words(after)
    audit.record(db, actor_id=by.id, action=action, target=f"group {after.id}", before=was, after=becomes, now=now)


def words(group: SavedRules) -> str:
    """The group on one line, as one may type it."""
    return f'"{group.name}" {group.matching} {"; ".join(line.text for line in group.lines)}'.rstrip()


def _insert(db: Session, name: str, matching: str, texts: Sequence[str], by: Actor, now: datetime) -> SavedRules:
    if groups.total(db) >= MAX_GROUPS:
        raise Refusal("groups.too_many", most=MAX_GROUPS)
    group = Group(name=name, folded=fold(name), matching=str(matching), created_by=by.id, created_at=now)
    db.add(group)
    db.flush()
    rows = [{"group_id": group.id, "position": place, "text": text} for place, text in enumerate(texts)]
    if rows:
        db.execute(insert(sql.table(GroupRule)), rows)
    return groups.get(db, group.id)


def _name_of_copy(db: Session, name: str) -> str:
    taken = {fold(group.name) for group in groups.everything(db)}
    endings = (f" {number}" for number in range(2, MAX_GROUPS + 2))
    names = (f"{name[: NAME_LENGTH - len(ending)]}{ending}" for ending in endings)
    return next(copy for copy in names if fold(copy) not in taken)
