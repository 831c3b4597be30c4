"""Typed conditions of lists, kept so that a button can name one: the same text is one row for ever."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.services import sql
from bot.services.refusal import Refusal
from bot.services.storable import storable
from models import Filter


def keep(db: Session, text: str) -> int:
    """The id of a text; new texts get one."""
    text = storable(text)
    statement = sql.insert(sql.dialect(db), Filter).values(text=text).on_conflict_do_nothing(index_elements=["text"])
    db.execute(statement)
    return db.scalars(select(Filter.id).where(Filter.text == text)).one()


def text_of(db: Session, filter_id: int) -> str:
    """The text behind an id. Raises a Refusal where a button names one that is not there."""
    text = db.scalar(select(Filter.text).where(Filter.id == filter_id))
    if text is None:
        raise Refusal("users.no_filter")
    return text
