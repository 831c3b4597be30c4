"""Failpoints, and the short form of `make crash`: dead at several edges, nothing lost and nothing doubled."""

from __future__ import annotations

import ast
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from bot import failpoints
from bot.compose import METHODS
from bot.failpoints import Armed, FailpointProblem
from tests.faults.crash import play, points_of
from tests.faults.crash_acts import ACTS, BESIDE
from tests.house.files import modules

#: Edges of the short form: of each kind one.
POLLING = ("intake.before_commit", "send.after_call", "carry.before_commit:2")
WEBHOOK = ("webhook.before_answer", "hear.after_commit", "carry.after_commit")


async def test_r1_r2_r3_r4_dead_at_the_edges_of_polling_on_sqlite(sqlite_url: str, tmp_path: Path) -> None:
    await expect_nothing_lost(POLLING, sqlite_url, tmp_path, webhook=False)


async def test_r1_r2_r3_r4_dead_at_the_edges_of_a_webhook_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    await expect_nothing_lost(WEBHOOK, postgres_url, tmp_path, webhook=True)


async def expect_nothing_lost(points: tuple[str, ...], url: str, folder: Path, *, webhook: bool) -> None:
    figures = await play(url, folder, webhook=webhook, points=points)
    assert (figures.lost, figures.doubled, figures.missed) == (0, 0, []), figures
    assert figures.kills == len(points)


def test_nothing_is_set_where_nothing_was_asked_for() -> None:
    assert failpoints.read({}) is None
    assert failpoints.armed is None


def test_an_edge_ends_the_process_as_often_as_it_was_said() -> None:
    ends: list[int] = []
    armed = Armed("hear.after_commit", 2, ends.append)
    armed.reached("hear.after_commit")
    armed.reached("hear.before_commit")
    assert ends == []
    armed.reached("hear.after_commit")
    armed.reached("hear.after_commit")
    assert ends == [failpoints.EXIT]


@pytest.mark.parametrize("wanted", ["hear.before_comit", "x", "hear.before_commit:0", "hear.before_commit:x", ":2"])
def test_a_name_that_is_no_edge_is_refused_with_the_list(wanted: str) -> None:
    with pytest.raises(FailpointProblem) as problem:
        failpoints.read({failpoints.VARIABLE: wanted})
    assert wanted in str(problem.value) and ", ".join(failpoints.POINTS) in str(problem.value)


def test_every_transaction_with_an_edge_is_a_service_that_exists() -> None:
    for name in failpoints.TRANSACTIONS:
        module, _, service = name.rpartition(".")
        assert failpoints.transaction(getattr(import_module(module), service)) == failpoints.TRANSACTIONS[name]


def test_every_transaction_of_the_product_has_an_edge() -> None:
    """Whatever is passed to `Database.write`, and to the turn of an update."""
    written = {
        ast.unparse(node.args[at])
        for tree in modules("bot").values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and (at := place_of_service(node)) is not None
    }
    assert len(written) > 40
    assert {name for name in written - PASSED_ON if not has_edge(name)} == set(), "bot.failpoints.TRANSACTIONS"


def has_edge(written: str) -> bool:
    """Whether a service, as it is written where it is used, has a name among the edges."""
    room, _, service = written.rpartition(".")
    for module in (f"bot.services.{room}", f"bot.{room}"):
        if room and find_spec(module):
            return failpoints.transaction(getattr(import_module(module), service)) != ""
    return any(name.endswith(f".{written}") for name in failpoints.TRANSACTIONS)


#: Names of variables by which a service is passed on: what they hold is written out elsewhere.
PASSED_ON = {"visit", "visited", "run"}


def place_of_service(node: ast.Call) -> int | None:
    """At which place of its arguments a call has a service that is run as a transaction."""
    name = ast.unparse(node.func)
    if name == "partial" and node.args and ast.unparse(node.args[0]).endswith("database.write"):
        return 1
    if name.endswith("database.write"):
        return 0
    return 1 if name.endswith((".turn", "self.turn")) and len(node.args) > 1 else None


def test_every_call_of_the_bot_api_has_an_edge() -> None:
    """And every edge of a call is a call that is made somewhere."""
    made: set[str] = set()
    strings: set[str] = set()
    for tree in modules("bot").values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                strings.add(node.value)
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Call" and node.args:
                first = node.args[0]
                made |= {first.value} if isinstance(first, ast.Constant) and isinstance(first.value, str) else set()
    assert made | set(METHODS.values()) <= failpoints.CALLS.keys()
    assert failpoints.CALLS.keys() <= strings


def test_make_crash_comes_to_every_edge_or_says_why_not() -> None:
    edges = {point.partition(".")[0] for point in failpoints.POINTS}
    assert edges >= ACTS.keys() | BESIDE and not ACTS.keys() & BESIDE
    assert {point.partition(".")[0] for way in (False, True) for point in points_of(way)} == edges - BESIDE
