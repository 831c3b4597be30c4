"""Settings: what owners change in the chat. A row over what the config says; everybody reads them from `Setup`.

A new one is a field of `Setup`, a `Key` in `settings_keys`, and its words in `[settings]` of the texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.services import audit, flows, roles, sql
from bot.services.prepared import Prepared
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role
from bot.services.settings_keys import KEYS
from bot.services.setup import Setup
from models import Setting

_SETTINGS = sql.table(Setting)


def stored(db: Session) -> dict[str, str]:
    """What was changed in the chat, by key, as it is typed."""
    return {row.key: row.value for row in _STORED.all(db, {})}


_STORED = Prepared(lambda dialect: select(_SETTINGS.c.key, _SETTINGS.c.value))


def in_force(db: Session) -> tuple[str | None, dict[str, str]]:
    """The digest of the flow that speaks, and what is stored: cheap to ask after every action."""
    return flows.active_digest(db), stored(db)


def over(config: Setup, values: Mapping[str, str]) -> Setup:
    """The setup of the config with the stored values over it. Keys and values of other versions change nothing."""
    setup = config
    for name, value in values.items():
        if (key := KEYS.get(name)) is not None:
            try:
                setup = key.put(setup, key.read(value))
            except Refusal:
                continue
    return setup


def change(db: Session, name: str, typed: str, *, by: Actor, setup: Setup, now: datetime) -> str:
    """Keep what an owner typed for a setting; returns it as it is kept. Refused for unknown keys and bad values."""
    roles.require(by, Role.OWNER)
    if name not in KEYS:
        raise Refusal("settings.unknown", name=name)
    value = KEYS[name].read(typed.strip())
    if value == (before := KEYS[name].shown(over(setup, stored(db)))):
        return value
    row = {"key": name, "value": value, "changed_by": by.id, "changed_at": now}
    put = sql.insert(sql.dialect(db), Setting).values(row)
    db.execute(put.on_conflict_do_update(index_elements=["key"], set_={key: row[key] for key in list(row)[1:]}))
    _record(db, name, before, value, by, now)
    return value


def reset(db: Session, name: str, *, by: Actor, now: datetime) -> bool:
    """Let the config's value hold again; false if it does already."""
    roles.require(by, Role.OWNER)
    gone = db.scalar(delete(_SETTINGS).where(_SETTINGS.c.key == name).returning(_SETTINGS.c.value))
    if gone is None:
        return False
    _record(db, name, gone, None, by, now)
    return True


def _record(db: Session, name: str, before: str, after: str | None, by: Actor, now: datetime) -> None:
    audit.record(
        db, actor_id=by.id, action="setting.change", target=f"setting {name}", before=before, after=after, now=now
    )
