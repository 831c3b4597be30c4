"""Canned answers: kept under a name, with placeholders that are filled in for whom they go to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.flow.markup import TEXT_LIMIT, plain
from bot.flow.wording import Slot, Text, WordingError, parse_parts
from bot.rules import SYSTEM_FIELDS
from bot.services import audit, placeholders, roles, sql
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role
from bot.services.setup import Setup
from bot.services.storable import storable
from models import CannedAnswer

#: What a name looks like: one word, as it is typed after /c.
_NAME = re.compile(r"[^\W_][\w-]{0,23}")
#: Most that are kept.
MOST = 500

_CANNED = sql.table(CannedAnswer)


@dataclass(frozen=True, slots=True)
class CannedPage:
    """Some of them by name, and whether more follow."""

    rows: Sequence[CannedAnswer]
    more: bool


def page(db: Session, *, after: str = "", size: int = 8) -> CannedPage:
    """Canned answers by name, those after the name `after`."""
    query = select(CannedAnswer).where(CannedAnswer.name > after).order_by(CannedAnswer.name).limit(size + 1)
    rows = db.scalars(query.execution_options(populate_existing=True)).all()
    return CannedPage(rows[:size], more=len(rows) > size)


def get(db: Session, canned_id: int) -> CannedAnswer:
    """One of them. Raises a Refusal where it was deleted."""
    found = db.get(CannedAnswer, canned_id, populate_existing=True)
    if found is None:
        raise Refusal("canned.gone")
    return found


def named(db: Session, name: str) -> CannedAnswer:
    """The one with this name. Raises a Refusal where there is none."""
    found = db.scalar(select(CannedAnswer).where(CannedAnswer.name == name.lower()))
    if found is None:
        raise Refusal("canned.unknown", name=name)
    return found


def name_of(typed: str) -> str:
    """A name as it is kept. Raises a Refusal for what is none."""
    name = storable(typed).strip().removeprefix("/c ").lower()
    if not _NAME.fullmatch(name):
        raise Refusal("canned.bad_name")
    return name


def keep(db: Session, name: str, text: str, *, by: Actor, setup: Setup, now: datetime) -> int:
    """Keep an answer (HTML) under a name, in place of what was there; returns its id. Refuses unknown placeholders."""
    roles.require(by, Role.STAFF)
    name, text = name_of(name), storable(text).strip()
    _check(text, setup)
    if page(db, size=MOST).more:
        raise Refusal("canned.too_many", most=MOST)
    values = {"text": text, "changed_by": by.id, "changed_at": now}
    new = sql.insert(sql.dialect(db), CannedAnswer).values(name=name, **values)
    kept = new.on_conflict_do_update(index_elements=["name"], set_=values).returning(_CANNED.c.id)
    audit.record(db, actor_id=by.id, action="canned.keep", target=f"canned {name}", now=now)
    return int(db.execute(kept).scalar_one())


def drop(db: Session, canned_id: int, *, by: Actor, now: datetime) -> str:
    """Delete one; returns its name. Raises a Refusal where it is gone already."""
    roles.require(by, Role.STAFF)
    name = db.scalar(delete(_CANNED).where(_CANNED.c.id == canned_id).returning(_CANNED.c.name))
    if name is None:
        raise Refusal("canned.gone")
    audit.record(db, actor_id=by.id, action="canned.drop", target=f"canned {name}", now=now)
    return str(name)


def filled(db: Session, canned: CannedAnswer, user_id: int, *, setup: Setup, now: datetime) -> str:
    """The answer as HTML for one person."""
    return placeholders.fill(db, user_id, _text(canned.text), setup=setup, now=now)


def mark(canned: CannedAnswer) -> int:
    """Tells a text from one that somebody changed it to."""
    return crc32(canned.text.encode())


def _text(written: str) -> Text:
    return Text((("", parse_parts(written)),))


def _check(text: str, setup: Setup) -> None:
    if not plain(text).strip() or len(plain(text)) > TEXT_LIMIT // 2:
        raise Refusal("canned.bad_length", most=TEXT_LIMIT // 2)
    try:
        slots = [part for part in parse_parts(text) if isinstance(part, Slot)]
    except WordingError as error:
        raise Refusal("canned.bad_text", why=error) from error
    known = setup.flow.variables.keys() | SYSTEM_FIELDS.keys() - {"tag"}
    if unknown := [slot.name for slot in slots if slot.name not in known]:
        raise Refusal("canned.no_variable", name=unknown[0])
