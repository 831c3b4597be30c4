"""Variables and tags of one person, changed by staff: read by their type, written into the audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.flow.accept import read_value
from bot.flow.effects import Value
from bot.flow.variables import Variable
from bot.flow.written import say_number
from bot.rules import Type, fold
from bot.services import audit, people, roles, sql, variables, variables_tell
from bot.services.phrases import phrases
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role
from bot.services.setup import Setup
from bot.services.storable import storable
from models import User, UserTag

#: Characters of a tag, and of a value that is kept in the audit.
TAG_LENGTH = 64
_AUDITED = 100
#: The sentence that says what would fit.
_WANTED = {
    Type.NUMBER: "retry.number",
    Type.BOOLEAN: "retry.yes_no",
    Type.DATE: "retry.date",
    Type.TIME: "retry.time",
    Type.DATETIME: "user.wants_moment",
    Type.TEXT: "retry.text",
}

_TAGS = sql.table(UserTag)


def read(variable: Variable, written: str, *, language: str | None, setup: Setup, now: datetime) -> Value:
    """A written text as a value of the variable. Raises a Refusal that says what would fit."""
    moment = now.astimezone(setup.zone)
    known = read_value(storable(written).strip(), variable.type, language, moment, phrases(language))
    if known is None or known == "":
        raise Refusal(_WANTED[variable.type])
    if isinstance(known, float) and variable.type is Type.NUMBER:
        _check_limits(variable, known, language)
    return known.isoformat() if isinstance(known, datetime | date | time) else known


def _check_limits(variable: Variable, number: float, language: str | None) -> None:
    low, high = variable.min, variable.max
    if (low is None or number >= low) and (high is None or number <= high):
        return
    shown = {name: say_number(one, language) for name, one in (("min", low), ("max", high)) if one is not None}
    raise Refusal("retry.at_most" if low is None else "retry.at_least" if high is None else "retry.between", **shown)


def declared(name: str, setup: Setup) -> Variable:
    """The variable as the flow declares it. Raises a Refusal for one that it does not declare any more."""
    variable = setup.flow.variables.get(name)
    if variable is None:
        raise Refusal("user.no_variable", name=name)
    return variable


@dataclass(frozen=True, slots=True)
class Changed:
    """The value that somebody has now, and whom there is something to send to."""

    value: Value
    pending: frozenset[int] = frozenset()


def change(db: Session, user_id: int, name: str, written: str, *, by: Actor, setup: Setup, now: datetime) -> Changed:
    """Set a variable to what was written, and tell the person if the flow says so.

    Raises a Refusal that says what would fit.
    """
    roles.require(by, Role.ADMIN)
    _known(db, user_id)
    people.locked(db, user_id)  # before their values, in the order in which their own updates take both
    value = read(declared(name, setup), written, language=by.language or setup.language, setup=setup, now=now)
    before = variables.values(db, user_id).get(name)
    variables.remember(db, user_id, {name: value}, setup.flow)
    _record(db, user_id, f"variable {name}", None if before is None else str(before), str(value), by, now)
    if variables.values(db, user_id).get(name) == before:
        return Changed(value)
    return Changed(value, variables_tell.tell(db, user_id, name, setup=setup, now=now))


def clear(db: Session, user_id: int, name: str, *, by: Actor, setup: Setup, now: datetime) -> bool:
    """Take a value away; false if there was none."""
    roles.require(by, Role.ADMIN)
    _known(db, user_id)
    before = variables.values(db, user_id).get(name)
    if before is None:
        return False
    variables.forget(db, user_id, [name])
    _record(db, user_id, f"variable {name}", str(before), None, by, now)
    return True


def tag(db: Session, user_id: int, written: str, *, by: Actor, now: datetime) -> str:
    """Put a tag on a person; returns it as it is kept. Raises a Refusal for one that is empty or too long."""
    roles.require(by, Role.STAFF)
    _known(db, user_id)
    name = fold(storable(written))
    if not 0 < len(name) <= TAG_LENGTH:
        raise Refusal("user.bad_tag", most=TAG_LENGTH)
    new = sql.insert(sql.dialect(db), UserTag).values(user_id=user_id, tag=name).on_conflict_do_nothing()
    if db.scalar(new.returning(_TAGS.c.tag)) is not None:
        _record(db, user_id, "tag", None, name, by, now)
    return name


def untag(db: Session, user_id: int, name: str, *, by: Actor, now: datetime) -> bool:
    """Take a tag away; false if it was not there."""
    roles.require(by, Role.STAFF)
    gone = delete(_TAGS).where(_TAGS.c.user_id == user_id, _TAGS.c.tag == name).returning(_TAGS.c.tag)
    if db.scalar(gone) is None:
        return False
    _record(db, user_id, "tag", name, None, by, now)
    return True


def tags(db: Session, user_id: int) -> list[str]:
    """The tags of one person, in order."""
    return list(db.scalars(select(UserTag.tag).where(UserTag.user_id == user_id).order_by(UserTag.tag)))


def _known(db: Session, user_id: int) -> None:
    if db.scalar(select(User.id).where(User.id == user_id)) is None:
        raise Refusal("refusals.unknown_user", user=str(user_id))


def _record(
    db: Session, user_id: int, what: str, before: str | None, after: str | None, by: Actor, now: datetime
) -> None:
    shortened = [f"{what}: {text[:_AUDITED]}" if text is not None else what for text in (before, after)]
    values = {"before": shortened[0], "after": shortened[1]}
    audit.record(db, actor_id=by.id, action="user.edit", target=f"user {user_id}", now=now, **values)
