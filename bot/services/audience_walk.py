"""Finding the next people for whom a rule holds, fast whether nearly all of them match or nobody does.

People are probed one after another in pieces that grow, which finds frequent ones at once; if that does not give
enough, they are rare, and the whole set is gathered by set algebra and sorted.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.rules import Rule
from bot.services.audience_leaves import USERS
from bot.services.audience_order import Key, Order
from bot.services.audience_sql import Compiler

PIECES = (256, 1_024, 4_096, 16_384)


def next_keys(
    db: Session, compiler: Compiler, rule: Rule | None, order: Order, start: Key | None, wanted: int
) -> list[Key]:
    """The places of the next `wanted` people beyond `start`, fewer where the list ends; None is everyone."""
    plain = {name: USERS.c[name] for name in (order.column, "id")}
    if rule is None:
        return order.keys(db, order.beyond(start, plain, limit=wanted))
    found: list[Key] = []
    for piece in PIECES:
        found += _probe(db, compiler, rule, order, start, piece, wanted - len(found))
        if len(found) == wanted:
            return found
        last = order.keys(db, order.beyond(start, plain, limit=1).offset(piece - 1))
        if not last:
            return found
        start = last[0]
    gathered = order.beyond(start, plain, limit=wanted - len(found)).where(USERS.c.id.in_(compiler.ids(rule)))
    return found + order.keys(db, gathered)


def _probe(
    db: Session, compiler: Compiler, rule: Rule, order: Order, start: Key | None, piece: int, wanted: int
) -> list[Key]:
    """Those of the next `piece` people for whom the rule holds, `wanted` at most."""
    needed = {name: USERS.c[name] for name in sorted({order.column, "id", *compiler.columns(rule)})}
    people = order.beyond(start, needed, limit=piece).subquery("people")
    matching = select(people.c.id, people.c[order.column]).where(compiler.holds(rule, people))
    return order.keys(db, order.sorted(matching, people).limit(wanted))
