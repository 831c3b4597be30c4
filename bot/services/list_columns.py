"""The columns that an admin has chosen for the list of users."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.services import sql
from bot.services.refusal import Refusal
from models import ListColumns

#: More do not fit on a phone.
MOST = 5


def of(db: Session, user_id: int) -> list[str]:
    """The names of the fields, in the order in which they were chosen."""
    return [str(name) for name in db.scalar(select(ListColumns.fields).where(ListColumns.user_id == user_id)) or ()]


def toggle(db: Session, user_id: int, name: str) -> bool:
    """Show a field, or show it no more; returns whether it is shown now. Raises a Refusal where there are five."""
    chosen = of(db, user_id)
    on = name not in chosen
    if on and len(chosen) >= MOST:
        raise Refusal("users.too_many_columns", most=MOST)
    fields = [*chosen, name] if on else [one for one in chosen if one != name]
    new = sql.insert(sql.dialect(db), ListColumns).values(user_id=user_id, fields=fields)
    db.execute(new.on_conflict_do_update(index_elements=["user_id"], set_={"fields": fields}))
    return on
