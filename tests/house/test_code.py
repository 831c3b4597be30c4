"""How the code is built: what a reader may rely on in every file."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator

from tests.house.files import PRODUCT, ROOT, body_lines, functions, modules

#: The only places that may catch everything: the error handler and one iteration of a job loop.
CATCH_ALL = {
    "bot/jobs/jobs.py": "one look at what is due: it is logged, and looked at again a second later",
    "bot/receipts.py": "one message: it is refused, and those behind it go out",
    "bot/turns.py": "one update: it is logged, tried again, then parked",
    "bot/words.py": "many updates: each is heard alone, and raises what is its own",
    "bot/services/writer.py": "a transaction's error is raised where it was asked for",
}


def test_every_module_says_in_one_line_what_it_is_for() -> None:
    silent = [path for path, tree in modules(*PRODUCT, "benchmarks").items() if ast.get_docstring(tree) is None]
    assert silent == []


def test_every_public_function_of_the_product_says_what_it_does() -> None:
    silent = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in modules(*PRODUCT).items()
        for node in public(tree)
        if ast.get_docstring(node) is None
    ]
    assert silent == []


def test_functions_can_be_seen_whole() -> None:
    lengths = {
        f"{path}:{node.lineno} {node.name}": body_lines(node)
        for path, tree in modules(*PRODUCT, "benchmarks").items()
        for node in functions(tree)
    }
    ordered = sorted(lengths.values())
    assert {name: lines for name, lines in lengths.items() if lines > 40} == {}
    assert statistics.median(ordered) <= 8
    assert ordered[int(len(ordered) * 0.9)] <= 20


def test_files_can_be_held_in_the_head() -> None:
    long = {
        path: lines
        for path in modules(*PRODUCT, "benchmarks")
        if (lines := line_count(path)) > 300 and "migrations/" not in path
    }
    assert long == {}


def test_only_the_error_handler_and_job_loops_catch_everything() -> None:
    broad = {
        path
        for path, tree in modules(*PRODUCT).items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and catches_everything(node)
    }
    assert broad <= set(CATCH_ALL), "a broad except hides faults; name what can be raised"


def test_tests_do_not_sleep_and_do_not_patch() -> None:
    guilty = [
        f"{path}:{node.lineno}"
        for path, tree in modules("tests").items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and (sleeps(node) or patches(node))
    ]
    assert guilty == []


def test_every_test_can_fail() -> None:
    empty = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in modules("tests").items()
        for node in functions(tree)
        if node.name.startswith("test_") and not can_fail(node)
    ]
    assert empty == []


def public(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Functions and classes of a module, and methods of its public classes, whose names do not begin with _."""
    holders: list[ast.Module | ast.ClassDef] = [tree]
    holders += [node for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
    for holder in holders:
        for node in holder.body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and not node.name.startswith(
                "_"
            ):
                yield node


def line_count(path: str) -> int:
    return (ROOT / path).read_text().count("\n")


def catches_everything(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or (
        isinstance(handler.type, ast.Name) and handler.type.id in {"Exception", "BaseException"}
    )


def sleeps(call: ast.Call) -> bool:
    """`sleep(0)` only lets others run; anything longer waits for time."""
    named = isinstance(call.func, ast.Attribute) and call.func.attr == "sleep"
    zero = bool(call.args) and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0
    return named and not zero


def patches(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and ast.unparse(call.func).startswith(("monkeypatch.setattr", "mock."))


def can_fail(function: ast.AST) -> bool:
    checks = (ast.Assert, ast.With, ast.AsyncWith, ast.Raise)
    calls = (
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
    )
    return any(isinstance(node, checks) for node in ast.walk(function)) or any(
        name.startswith(("check", "expect", "assert", "sees", "hears", "wait_for")) for name in calls
    )
