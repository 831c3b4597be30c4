"""What the structural tests look at: the project's own files, parsed once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "models", "sandbox", "benchmarks", "tests")
#: What the product is; the rest proves it.
PRODUCT = ("bot", "models", "sandbox")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules(*rooms: str) -> dict[str, ast.Module]:
    """Every Python file of these rooms by its path from the root."""
    found = sorted(path for room in rooms or ROOMS for path in (ROOT / room).rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): parsed(path) for path in found}


@cache
def parsed(path: Path) -> ast.Module:
    """One file."""
    return ast.parse(path.read_text())


def functions(tree: ast.Module) -> Iterator[Function]:
    """All functions and methods, nested ones too."""
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def body_lines(function: Function) -> int:
    """How many lines a reader has to see at once: from `def` to the end, without the docstring."""
    last = function.end_lineno or function.lineno
    if ast.get_docstring(function) is None:
        return last - function.lineno + 1
    return last - (function.body[0].end_lineno or function.lineno)
