"""Folded texts that begin with something, asked in the way in which each database finds them in an index."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, ColumnElement, Text, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from bot.rules import FOLDED_LENGTH

_LAST_LETTER, _FIRST_SURROGATE, _BEYOND_SURROGATES = chr(0x10FFFF), 0xD800, 0xE000


class _Begins(FunctionElement[bool]):
    """A column, the first text that begins so, the first one behind all that do, and the pattern that they fit."""

    type = Boolean()
    name = "begins"
    inherit_cache = True

    def self_group(self, against: object = None) -> _Begins:
        """It is a condition already; the `= 1` that SQLAlchemy would add keeps SQLite from the index."""
        return self


def begins_with(column: ColumnElement[Any], start: str) -> ColumnElement[bool]:
    """Whether a column begins with a folded text that is not empty; null where the column is."""
    pattern = "".join(f"/{letter}" if letter in "/%_" else letter for letter in start) + "%"
    return _Begins(column, *(literal(text, Text) for text in (start, _after(start), pattern)))


def _after(start: str) -> str:
    """The first text that stands behind all folded ones that begin so, in the order of code points."""
    kept = start.rstrip(_LAST_LETTER)
    if not kept:
        return _LAST_LETTER * (FOLDED_LENGTH + 1)
    following = ord(kept[-1]) + 1
    return kept[:-1] + chr(_BEYOND_SURROGATES if following == _FIRST_SURROGATE else following)


@compiles(_Begins, "sqlite")
def _in_order(element: _Begins, compiler: SQLCompiler, **options: Any) -> str:
    """SQLite keeps texts in the order of their bytes, but does not see that LIKE asks for neighbours."""
    column, start, after = (compiler.process(part, **options) for part in list(element.clauses)[:3])
    return f"({column} >= {start} AND {column} < {after})"


@compiles(_Begins, "postgresql")
def _by_like(element: _Begins, compiler: SQLCompiler, **options: Any) -> str:
    """PostgreSQL does see it, and may keep another order."""
    column, _, _, pattern = element.clauses
    return f"{compiler.process(column, **options)} LIKE {compiler.process(pattern, **options)} ESCAPE '/'"
