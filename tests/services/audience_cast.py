"""People and groups in a database as the services store them, with the same people in memory beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bot.rules import SYSTEM_FIELDS, Fact, Rule, Type, evaluate, fold, to_number, unparse
from bot.services.storable import storable
from bot.services.users_folded import FOLDED_FIELDS, folded_twins
from models import Group, GroupRule, User, UserTag, UserVariable, Variable
from tests.rules.cast import FIELDS, NOW


@dataclass(frozen=True)
class Club:
    """A saved group: its name, "all", "any" or "everyone", its rules."""

    name: str
    matching: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Member:
    """One user in memory: everything a rule can ask, saved groups included."""

    id: int
    values: Mapping[str, Fact]
    marks: frozenset[str] = frozenset()
    clubs: tuple[Club, ...] = ()
    now: datetime = NOW

    def value(self, name: str) -> Fact | None:
        return float(self.id) if name == "id" else self.values.get(name)

    def tags(self) -> frozenset[str]:
        return self.marks

    def in_group(self, name: str) -> bool:
        club = next((club for club in self.clubs if fold(club.name) == fold(name)), None)
        if club is None or club.matching == "everyone":
            return club is not None
        held = [evaluate(rule, self) for rule in club.rules]
        return bool(held) and (all(held) if club.matching == "all" else any(held))


def declare(db: Session, fields: Mapping[str, Type] = FIELDS) -> dict[str, int]:
    """The variables that rules are tried on; returns their ids by name."""
    rows = [Variable(name=name, type=str(type)) for name, type in fields.items()]
    db.add_all(rows)
    db.flush()
    return {row.name: row.id for row in rows}


def store(db: Session, members: Sequence[Member], variables: Mapping[str, int]) -> None:
    """Write people down."""
    db.execute(insert(User), [_user(member) for member in members])
    values = [
        {"user_id": member.id, "variable_id": variables[name], **_columns(FIELDS[name], value)}
        for member in members
        for name, value in member.values.items()
        if name in variables
    ]
    tags = [
        {"user_id": member.id, "tag": tag} for member in members for tag in {fold(mark) for mark in member.marks} if tag
    ]
    for table, rows in ((UserVariable, values), (UserTag, tags)):
        if rows:
            db.execute(insert(table), rows)


def found(db: Session, clubs: Sequence[Club]) -> None:
    """Save groups."""
    for club in clubs:
        group = Group(name=club.name, folded=fold(club.name), matching=club.matching, created_at=NOW)
        db.add(group)
        db.flush()
        for position, rule in enumerate(club.rules):
            db.add(GroupRule(group_id=group.id, position=position, text=unparse(rule)))
    db.flush()


def cleaned(value: Fact) -> Fact:
    """A value as a database gives it back."""
    return storable(value) if isinstance(value, str) else value


def _user(member: Member) -> dict[str, Any]:
    texts = {name: member.values.get(name) for name in FOLDED_FIELDS}
    return {
        "id": member.id,
        **texts,
        "first_name": texts["first_name"] or "",
        **folded_twins(**texts),  # type: ignore[arg-type]
        "search": fold(str(texts["first_name"] or "")),
        "joined_at": member.values.get("joined", NOW),
        "last_seen_at": member.values.get("last_seen", NOW),
        "bot_off_since": None if member.values.get("bot_active", True) else NOW,
        **{
            f"{name}_at": NOW if member.values.get(name, False) else None
            for name in ("blocked", "gone", "unsubscribed", "muted", "banned")
        },
    }


def _columns(type: Type, value: Fact) -> dict[str, Any]:
    if type is Type.TEXT:
        return {"text": value, "folded": fold(str(value)) or None, "number": None}
    text = value.isoformat() if isinstance(value, date | time) else str(value)
    return {"text": text, "folded": None, "number": to_number(value, type)}


#: System fields that every stored person has.
ALWAYS = tuple(name for name, type in SYSTEM_FIELDS.items() if type in (Type.BOOLEAN, Type.DATETIME))
