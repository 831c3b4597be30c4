"""Counting those whom a rule means, without reading everybody where that can be spared."""

from __future__ import annotations

from sqlalchemy import select

from bot.rules import And, Compare, FieldTest, IsSet, Not, Rule, Type
from bot.services.audience_leaves import USERS, told_by_user, usual
from bot.services.audience_rare import FEW, SOME, Rare, number_of, scans
from bot.services.audience_sql import everyone

#: People who are looked at to see whether a rule means many; that many are always counted to the end.
LOOKED_AT = 16_384
_FIRST_LOOK = 1_024
#: If fewer than one in so many of the first ones is meant, no more of them are looked at.
_ONE_IN = 16
_ROUND = 1_000


class Counting:
    """One rule that is to be counted."""

    def __init__(self, rare: Rare, rule: Rule) -> None:
        self._db = rare.db
        self._compiler = rare.compiler
        self._rule = rule
        self._rare = rare

    def exactly(self) -> int:
        """How many people the rule means, however long it takes."""
        return self._exactly(self._rule)

    def _exactly(self, rule: Rule) -> int:
        match rule:
            case Not(part) if told_by_user(part) and part.field.type is not Type.TEXT:
                return number_of(self._db, self._compiler.ids(rule))
            case _ if usual(rule, self._compiler.now):
                return number_of(self._db, everyone()) - number_of(self._db, self._compiler.ids(Not(rule)))
            case Not(part):
                return number_of(self._db, everyone()) - self._exactly(part)
            case And(parts) if len(told := [part for part in parts if not self._of_everybody(part)]) < len(parts):
                return self._exactly(_all_of(told)) if told else number_of(self._db, everyone())
            case And() if (small := self._rare.few(rule, SOME, scan=True)) is not None:
                return number_of(self._db, self._rare.among(small))
            case Compare() if (choice := self._rare.as_choice(rule)) is not None:
                return number_of(self._db, self._compiler.ids(choice))
        return number_of(self._db, self._compiler.ids(rule))

    def _of_everybody(self, rule: Rule) -> bool:
        """Whether a condition leaves nobody out: counting that is cheaper than meeting it with others."""
        return isinstance(rule, IsSet) and self._rare.everybody(rule)

    def up_to(self, cap: int) -> tuple[int, bool]:
        """How many people the rule means, and whether it is all of them or that many at least."""
        number = self._quickly(cap)
        if number is None:
            if (many := self._many(cap)) is not None:
                return many, False
            number = self._up_to(cap)
        return (number, True) if number <= cap else (cap, False)

    def _quickly(self, cap: int) -> int | None:
        """The number, or one above `cap`, where an index alone knows or few come into question."""
        if isinstance(self._rule, FieldTest):
            asked = self._rare.as_choice(self._rule) or self._rule
            if scans(asked) and (small := self._rare.few(asked, FEW, scan=True)) is not None:
                return number_of(self._db, small.ids)
            return number_of(self._db, self._compiler.ids(asked).limit(cap + 1))
        small = self._rare.few(self._rule, FEW)
        return None if small is None else number_of(self._db, self._rare.among(small).limit(cap + 1))

    def _many(self, cap: int) -> int | None:
        """Thousands that the rule means at least, seen from those among whom they are looked for; None for less."""
        if self._seen(_FIRST_LOOK, cap) * _ONE_IN < _FIRST_LOOK:
            return None
        seen = min(self._seen(LOOKED_AT, cap), cap)
        everybody = number_of(self._db, everyone().limit(LOOKED_AT + 1)) <= LOOKED_AT
        return None if everybody or seen < _ROUND else seen // _ROUND * _ROUND

    def _up_to(self, cap: int) -> int:
        small = self._rare.few(self._rule, SOME, scan=True)
        if small is None:
            return self._exactly(self._rule)
        return number_of(self._db, self._rare.among(small).limit(cap + 1))

    def _seen(self, people: int, cap: int) -> int:
        columns = [USERS.c[name] for name in sorted({"id", *self._compiler.columns(self._rule)})]
        first = select(*columns).order_by(USERS.c.id).limit(people).subquery("people")
        holding = select(first.c.id).where(self._compiler.holds(self._rule, first))
        return number_of(self._db, holding.limit(cap + 1))


def _all_of(parts: list[Rule]) -> Rule:
    return And(tuple(parts)) if len(parts) > 1 else parts[0]
