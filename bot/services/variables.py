"""Variables: what people say, kept as rows, so that every rule is an index read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Row, bindparam, delete, select, update
from sqlalchemy.orm import Session

from bot.flow.effects import Value
from bot.flow.schema import Flow
from bot.rules import Fact, Type, fold, from_number, to_number
from bot.services import sql
from bot.services.prepared import Prepared
from bot.services.storable import storable
from bot.services.writes import Writes
from models import UserVariable, Variable

_VARIABLES = sql.table(Variable)
_VALUES = sql.table(UserVariable)
_READERS: Mapping[Type, Any] = {
    Type.DATE: date.fromisoformat,
    Type.TIME: time.fromisoformat,
    Type.DATETIME: datetime.fromisoformat,
}


def declare(db: Session, flow: Flow) -> None:
    """Make a row of each variable the flow declares. Where a type changed, what people said is read again."""
    known = {row.name: row.type for row in db.execute(select(Variable.name, Variable.type))}
    for name, variable in flow.variables.items():
        if name not in known:
            new = sql.insert(sql.dialect(db), Variable).values(name=name, type=str(variable.type))
            db.execute(new.on_conflict_do_nothing(index_elements=["name"]))
        elif known[name] != variable.type:
            _change_type(db, name, variable.type)


def _change_type(db: Session, name: str, type: Type) -> None:
    variable_id = db.scalar(
        update(_VARIABLES).where(_VARIABLES.c.name == name).values(type=str(type)).returning(_VARIABLES.c.id)
    )
    for user_id, text in db.execute(
        select(_VALUES.c.user_id, _VALUES.c.text).where(_VALUES.c.variable_id == variable_id)
    ).all():
        one = (_VALUES.c.user_id == user_id) & (_VALUES.c.variable_id == variable_id)
        try:
            db.execute(update(_VALUES).where(one).values(_columns(type, _reread(type, text or ""))))
        except ValueError:  # it does not fit any more: not set
            db.execute(delete(_VALUES).where(one))


def _reread(type: Type, text: str) -> Value:
    """What was stored as text under another type, as this type stores it. Raises ValueError."""
    if type is Type.NUMBER:
        return float(text)
    if type is Type.BOOLEAN:
        return bool(["false", "true"].index(text.lower()))
    return text


def names(db: Session) -> dict[str, Type]:
    """All variables ever declared, with their types: the fields of rules beside the system's."""
    return {row.name: Type(row.type) for row in db.execute(select(Variable.name, Variable.type))}


def values(db: Session, user_id: int) -> dict[str, Fact]:
    """What is known of one person; a variable that is not set is missing."""
    query = select(Variable.name, Variable.type, UserVariable.text, UserVariable.number).join_from(
        UserVariable, Variable
    )
    return read(db.execute(query.where(UserVariable.user_id == user_id)))


def read(rows: Iterable[Row[Any]]) -> dict[str, Fact]:
    """Rows with name, type, text and number as values in memory."""
    facts = {row.name: _fact(Type(row.type), row.text, row.number) for row in rows}
    return {name: fact for name, fact in facts.items() if fact is not None}


def _fact(type: Type, text: str | None, number: float | None) -> Fact | None:
    if type is Type.TEXT:
        return text
    return None if number is None else from_number(number, type)


def remember(db: Session, user_id: int, changes: Mapping[str, Value], flow: Flow) -> None:
    """Store variables that the flow declares: values of their types, dates and times as ISO text.

    Raises KeyError for a variable that is not declared, ValueError for a value that does not fit its type.
    """
    writes = Writes(db)
    keep(writes, user_id, changes, flow)
    writes.write()


def keep(writes: Writes, user_id: int, changes: Mapping[str, Value], flow: Flow) -> None:
    """The same with whatever else is to be written."""
    rows = (
        {"which": name, "whose": user_id, **_columns(flow.variables[name].type, value)}
        for name, value in changes.items()
    )
    writes.add(_REMEMBER, *rows)


def _remember(dialect: str) -> Any:
    """One statement whatever the variable: its id is looked up by name on the way in."""
    parameters = [bindparam(name, type_=_VALUES.c[name].type) for name in ("text", "folded", "number")]
    source = select(bindparam("whose", type_=_VALUES.c.user_id.type), _VARIABLES.c.id, *parameters)
    statement = sql.insert(dialect, UserVariable).from_select(
        ["user_id", "variable_id", "text", "folded", "number"], source.where(_VARIABLES.c.name == bindparam("which"))
    )
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["user_id", "variable_id"], set_={"text": new.text, "folded": new.folded, "number": new.number}
    )


_REMEMBER = Prepared(_remember)


def _columns(type: Type, value: Value) -> dict[str, Any]:
    """How a value is stored: as it is shown, folded for comparing, and as a number."""
    if type is Type.TEXT:
        text = storable(str(value))
        return {"text": text, "folded": fold(text) or None, "number": None}
    number = to_number(_READERS[type](value) if type in _READERS else value, type)
    return {"text": _shown(value), "folded": None, "number": number}


def _shown(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) and value.is_integer() and abs(value) < 1e6 else str(value)


def forget(db: Session, user_id: int, which: Collection[str]) -> None:
    """Take values away."""
    if not which:
        return
    ids = select(_VARIABLES.c.id).where(_VARIABLES.c.name.in_(which))
    db.execute(delete(_VALUES).where(_VALUES.c.user_id == user_id, _VALUES.c.variable_id.in_(ids)))
