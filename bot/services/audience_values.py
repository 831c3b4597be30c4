"""The values that a variable has, read off its index one by one while they are few."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.rules import Compare, OneOf, Op, texts
from bot.services import sql
from models import UserVariable

#: Values that are looked at; a variable with more of them is held against what is asked value by value.
MOST = 600

_VALUES = sql.table(UserVariable)


def fitting(db: Session, leaf: Compare, variable_id: int) -> OneOf | None:
    """`city contains enna` as `city in (vienna, ravenna)`, which an index can answer; None for too many values."""
    values = distinct(db, variable_id)
    (wanted,) = texts(leaf)
    if values is None:
        return None
    fits = str.endswith if leaf.op is Op.ENDS_WITH else str.__contains__
    return OneOf(leaf.field, tuple(value for value in values if fits(value, wanted)))


def distinct(db: Session, variable_id: int) -> list[str] | None:
    """The folded texts that people have in a variable, by a look into the index for each; None for too many."""
    kept = (_VALUES.c.variable_id == variable_id) & _VALUES.c.folded.is_not(None)
    steps = select(func.min(_VALUES.c.folded).label("value")).where(kept).cte(recursive=True)
    beyond = select(func.min(_VALUES.c.folded)).where(kept, _VALUES.c.folded > steps.c.value).scalar_subquery()
    steps = steps.union_all(select(beyond).where(steps.c.value.is_not(None)))
    found = db.scalars(select(steps.c.value).where(steps.c.value.is_not(None)).limit(MOST + 1)).all()
    return list(found) if len(found) <= MOST else None
