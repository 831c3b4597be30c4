"""Finding the next people for whom a rule holds, fast whether nearly all of them match or nobody does.

People are probed one after another in pieces that grow, which finds frequent ones at once. If that does not give
enough, they are rare: where one condition alone leaves few people these are probed, else the walk goes on for a while,
and in the end the whole set is gathered by set algebra and sorted.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bot.rules import Rule
from bot.services.audience_leaves import USERS
from bot.services.audience_order import Key, Order
from bot.services.audience_rare import few
from bot.services.audience_sql import Compiler

PIECES = (256, 1_024, 4_096, 16_384)
#: Pieces that are walked before anybody looks whether a condition is rare.
_UNSEEN = 2


def next_keys(
    db: Session, compiler: Compiler, rule: Rule | None, order: Order, start: Key | None, wanted: int
) -> list[Key]:
    """The places of the next `wanted` people beyond `start`, fewer where the list ends; None is everyone."""
    plain = (order.column, "id")
    if rule is None:
        return order.keys(db, order.beyond(start, plain, limit=wanted))
    found: list[Key] = []
    for number, piece in enumerate(PIECES):
        if number == _UNSEEN and (small := few(db, compiler, rule)) is not None:
            return found + _gather(db, order, start, wanted - len(found), USERS.c.id.in_(small) & compiler.holds(rule))
        found += _probe(db, compiler, rule, order, start, piece, wanted - len(found))
        if len(found) == wanted:
            return found
        last = order.keys(db, order.beyond(start, plain, limit=1).offset(piece - 1))
        if not last:
            return found
        start = last[0]
    return found + _gather(db, order, start, wanted - len(found), USERS.c.id.in_(compiler.ids(rule)))


def _gather(db: Session, order: Order, start: Key | None, wanted: int, condition: ColumnElement[bool]) -> list[Key]:
    """The next people who fulfil a condition that few do.

    All of them are read before any is sorted: PostgreSQL would walk the whole list to find the first, hoping for many.
    """
    all_of_them = select(USERS.c.id, USERS.c[order.column]).where(condition).cte()
    people = all_of_them.prefix_with("MATERIALIZED", dialect="postgresql")
    return order.keys(db, order.beyond(start, ("id", order.column), limit=wanted, people=people))


def _probe(
    db: Session, compiler: Compiler, rule: Rule, order: Order, start: Key | None, piece: int, wanted: int
) -> list[Key]:
    """Those of the next `piece` people for whom the rule holds, `wanted` at most."""
    needed = sorted({order.column, "id", *compiler.columns(rule)})
    people = order.beyond(start, needed, limit=piece).subquery("people")
    matching = select(people.c.id, people.c[order.column]).where(compiler.holds(rule, people))
    return order.keys(db, order.sorted(matching, people).limit(wanted))
