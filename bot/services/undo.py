"""Taking a change back: the audit knows what was before, so the way back is a change like any other, audited too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from bot.services import audit, roles, settings, users
from bot.services.refusal import Refusal
from bot.services.roles import Actor
from bot.services.setup import Setup
from models import AuditEntry

#: The mark of an entry that takes another one back.
ACTION = "audit.undo"
#: How many of somebody's last entries are looked through.
_RECENT = 50

Back = Callable[[Session, AuditEntry, Actor, Setup, datetime], object]


def _number(entry: AuditEntry) -> int:
    return int((entry.target or "").rpartition(" ")[2])


def _setting(db: Session, entry: AuditEntry, by: Actor, setup: Setup, now: datetime) -> object:
    name = (entry.target or "").partition(" ")[2]
    if not entry.before:
        return settings.reset(db, name, by=by, now=now)
    return settings.change(db, name, entry.before, by=by, setup=setup, now=now)


def _role(db: Session, entry: AuditEntry, by: Actor, setup: Setup, now: datetime) -> object:
    return roles.set_admin(db, _number(entry), entry.before == "admin", by=by, now=now)


def _support(db: Session, entry: AuditEntry, by: Actor, setup: Setup, now: datetime) -> object:
    return users.switch_support(db, _number(entry), entry.before == "on", by=by, now=now)


def _bot(db: Session, entry: AuditEntry, by: Actor, setup: Setup, now: datetime) -> object:
    switch = users.switch_bot_on if entry.before == "on" else users.switch_bot_off
    return switch(db, _number(entry), by=by.id, setup=setup, now=now)


BACK: dict[str, Back] = {
    "setting.change": _setting,
    "user.role": _role,
    "user.support": _support,
    "user.bot_off": _bot,
    "user.bot_on": _bot,
}


def last(db: Session, by: Actor) -> AuditEntry | None:
    """The last change of this person that can be taken back and was not."""
    mine = select(AuditEntry).where(AuditEntry.actor_id == by.id, AuditEntry.refused.is_(None))
    recent = db.scalars(mine.order_by(AuditEntry.id.desc()).limit(_RECENT)).all()
    undone = {entry.target for entry in recent if entry.action == ACTION}
    own = {entry.after for entry in recent if entry.action == ACTION}
    fitting = (entry for entry in recent if entry.action in BACK and str(entry.id) not in own)
    return next((entry for entry in fitting if f"entry {entry.id}" not in undone), None)


def undo(db: Session, entry_id: int, *, by: Actor, setup: Setup, now: datetime) -> AuditEntry:
    """Take a change back. Refused for what is not one's own, cannot be taken back, or was already."""
    entry = db.get(AuditEntry, entry_id)
    if entry is None or entry.actor_id != by.id or entry.refused is not None or entry.action not in BACK:
        raise Refusal("audit.not_undone")
    target = f"entry {entry_id}"
    if db.scalar(select(exists().where(AuditEntry.action == ACTION, AuditEntry.target == target))):
        raise Refusal("audit.undone_before")
    BACK[entry.action](db, entry, by, setup, now)
    latest = db.scalar(select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(1))
    made = str(latest) if latest != entry_id else None
    audit.record(db, actor_id=by.id, action=ACTION, target=target, after=made, now=now)
    return entry
