"""Telling rare from frequent by looking, at the price of a few index reads: what to read first is decided by that."""

from __future__ import annotations

from sqlalchemy import Select, func, select, union
from sqlalchemy.orm import Session

from bot.rules import And, InGroup, Not, Or, Rule
from bot.services.audience_sql import Compiler

#: So few people are read and sorted as a whole faster than others are walked to find them.
FEW = 3_000


def few(db: Session, compiler: Compiler, rule: Rule) -> Select[int] | None:
    """A small set of ids in which everybody is whom the rule means, if one of its conditions is that rare."""
    match rule:
        case And(parts):
            return next((small for part in parts if (small := few(db, compiler, part)) is not None), None)
        case Or(parts):
            return _few_of_each(db, compiler, parts)
        case Not():
            return None
        case InGroup(name):
            inner = compiler.rule_of(name)
            return None if inner is None else few(db, compiler, inner)
    ids = compiler.ids(rule)
    counted = select(func.count()).select_from(ids.limit(FEW + 1).subquery())
    return ids if (db.scalar(counted) or 0) <= FEW else None


def _few_of_each(db: Session, compiler: Compiler, parts: tuple[Rule, ...]) -> Select[int] | None:
    sets = []
    for part in parts:
        small = few(db, compiler, part)
        if small is None:
            return None
        sets.append(small)
    either = union(*sets).subquery()
    return select(either.c[0])


def broad(rule: Rule) -> bool:
    """Whether a rule only says who is left out, so that most people can be expected to match."""
    match rule:
        case And(parts):
            return all(broad(part) for part in parts)
        case Or(parts):
            return any(broad(part) for part in parts)
    return isinstance(rule, Not)
