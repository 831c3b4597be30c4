"""Finding the next people for whom a rule holds, fast whether nearly all of them match or nobody does.

People are probed one after another in pieces that grow, which finds frequent ones at once. If that does not give
enough, they are rare: where one condition alone leaves few people these are probed, else the walk goes on for a while,
and in the end the whole set is gathered by set algebra and sorted.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bot.rules import Rule
from bot.services.audience_leaves import USERS
from bot.services.audience_order import Key, Order
from bot.services.audience_rare import FEW, SOME, Rare, is_one_of
from bot.services.audience_sql import Compiler

PIECES = (256, 1_024, 4_096, 16_384)
#: Pieces after which somebody looks whether a condition is rare, and how rare it has to be.
_LOOKS = {1: (FEW, False), 3: (SOME, True)}


class Walk:
    """A way through the list of those whom a rule means."""

    def __init__(
        self, db: Session, compiler: Compiler, rule: Rule, order: Order, *, pieces: Sequence[int] = PIECES
    ) -> None:
        self._db = db
        self._compiler = compiler
        self._rule = rule
        self._order = order
        self._pieces = pieces
        self._plain = (order.column, "id")

    def next(self, start: Key | None, wanted: int) -> list[Key]:
        """The places of the next `wanted` people beyond `start`, fewer where the list ends."""
        found: list[Key] = []
        for number, piece in enumerate(self._pieces):
            if number in _LOOKS and (among := self._among_few(*_LOOKS[number])) is not None:
                return found + self._gather(start, wanted - len(found), among)
            if number == len(self._pieces) - 1 and not found:
                break
            found += self._probe(start, piece, wanted - len(found))
            start = None if len(found) == wanted else self._last_of(start, piece)
            if start is None:
                return found
        return found + self._gather(start, wanted - len(found), is_one_of(self._db, self._compiler.ids(self._rule)))

    def _among_few(self, most: int, scan: bool) -> ColumnElement[bool] | None:
        """The rule as a condition on a few people of whom all it means are, if there are such few."""
        rare = Rare(self._db, self._compiler)
        candidates = rare.few(self._rule, most, scan=scan)
        return None if candidates is None else is_one_of(self._db, rare.among(self._rule, candidates))

    def _probe(self, start: Key | None, piece: int, wanted: int) -> list[Key]:
        """Those of the next `piece` people for whom the rule holds, `wanted` at most."""
        needed = sorted({*self._plain, *self._compiler.columns(self._rule)})
        people = self._order.beyond(start, needed, limit=piece).subquery("people")
        matching = select(*(people.c[name] for name in self._plain)).where(self._compiler.holds(self._rule, people))
        return self._order.keys(self._db, self._order.sorted(matching, people).limit(wanted))

    def _last_of(self, start: Key | None, piece: int) -> Key | None:
        """Where a piece ends; None if the list ends within it."""
        last = self._order.beyond(start, self._plain, limit=1).offset(piece - 1)
        return next(iter(self._order.keys(self._db, last)), None)

    def _gather(self, start: Key | None, wanted: int, condition: ColumnElement[bool]) -> list[Key]:
        """The next people who fulfil a condition that few do.

        All of them are read before any is sorted: PostgreSQL would walk the list to find the first, hoping for many.
        """
        all_of_them = select(*(USERS.c[name] for name in self._plain)).where(condition).cte()
        people = all_of_them.prefix_with("MATERIALIZED", dialect="postgresql")
        return self._order.keys(self._db, self._order.beyond(start, self._plain, limit=wanted, people=people))
