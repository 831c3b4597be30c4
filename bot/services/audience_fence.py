"""Columns by which no index is chosen: where people are walked in order, a condition shall only be asked of each."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Fenced(FunctionElement[Any]):
    """A column as it is."""

    name = "fenced"
    inherit_cache = True


def fenced(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column as a value. SQLite would take any index on it for shorter than the way through the list."""
    element = _Fenced(column)
    element.type = column.type
    return element.label(column.key)


@compiles(_Fenced, "sqlite")
def _signed(element: _Fenced, compiler: SQLCompiler, **options: Any) -> str:
    """The sign changes nothing, not even for texts, and hides the column from the planner."""
    return f"+{compiler.process(element.clauses, **options)}"


@compiles(_Fenced, "postgresql")
def _plain(element: _Fenced, compiler: SQLCompiler, **options: Any) -> str:
    """PostgreSQL sees what a way costs that ends after a few people."""
    return compiler.process(element.clauses, **options)
