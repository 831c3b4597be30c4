"""Finding the next people for whom a rule holds, fast whether nearly all of them match or nobody does.

People are probed one after another in pieces that grow, which finds frequent ones at once. If that does not give
enough, they are rare: where one condition alone leaves few people these are probed, else the walk goes on for a while,
and in the end the whole set is gathered by set algebra and sorted.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select

from bot.rules import Rule
from bot.services import sql
from bot.services.audience_leaves import USERS
from bot.services.audience_order import Key, Order
from bot.services.audience_rare import FEW, MANY, SOME, Rare, is_one_of

PIECES = (256, 1_024, 4_096, 16_384)
#: How rare a condition must be for its people to be read instead of the next piece.
_LOOKS = (0, FEW, MANY, SOME)


class Walk:
    """A way through the list of those whom a rule means."""

    def __init__(self, rare: Rare, rule: Rule, order: Order, *, pieces: Sequence[int] = PIECES) -> None:
        self._rare = rare
        self._db = rare.db
        self._compiler = rare.compiler
        self._rule = rule
        self._order = order
        self._pieces = pieces
        self._plain = (order.column, "id")

    def next(self, start: Key | None, wanted: int) -> list[Key]:
        """The places of the next `wanted` people beyond `start`, fewer where the list ends."""
        found: list[Key] = []
        looked = 0
        for piece, most in zip(self._pieces, _LOOKS, strict=True):
            likely = len(found) * piece >= (wanted - len(found)) * looked
            if (among := self._among_few(most, likely, found)) is not None:
                return found + self._gather(start, wanted - len(found), among)
            if most == SOME and not found:
                break
            more, end = self._probe(start, piece, wanted - len(found))
            found += more
            looked += piece
            if len(found) == wanted or end is None:
                return found
            start = end
        return found + self._gather(start, wanted - len(found), is_one_of(self._db, self._compiler.ids(self._rule)))

    def _among_few(self, most: int, likely: bool, found: list[Key]) -> ColumnElement[bool] | None:
        """The rule as a condition on `most` people or fewer of whom all it means are, if there are such few.

        Where the next piece will likely do, only a cheap look is worth it; a dear one where nobody is in sight.
        """
        if not most or (likely and most > FEW):
            return None
        most = most if found or most == FEW else SOME
        few = self._rare.few(self._rule, most, scan=most == SOME)
        return None if few is None else is_one_of(self._db, self._rare.among(few))

    def _probe(self, start: Key | None, piece: int, wanted: int) -> tuple[list[Key], Key | None]:
        """Those of the next `piece` people for whom the rule holds, `wanted` at most, and where the piece ends.

        SQLite stops at the last one that is wanted only where it knows an end by its place; PostgreSQL always does. The
        end is None where the list ends before, or nobody wants to know.
        """
        needed = sorted({"id", *self._compiler.columns(self._rule)})
        by_place = sql.dialect(self._db) == "sqlite"
        end = self._end_of(start, piece) if by_place else None
        people = self._order.people(start, end, needed, limit=piece).subquery("people")
        condition = self._compiler.holds(self._rule, people)
        found = self._order.keys(self._db, self._order.first(people, condition, wanted))
        return found, end if by_place or len(found) == wanted else self._end_of(start, piece)

    def _end_of(self, start: Key | None, piece: int) -> Key | None:
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
