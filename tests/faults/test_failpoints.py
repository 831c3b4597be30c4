"""Failpoints, and the short form of `make crash`: dead at several edges, nothing lost and nothing doubled."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest

from bot import failpoints
from bot.failpoints import Armed, FailpointProblem
from tests.faults.crash import play
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


def test_every_call_with_an_edge_is_made_somewhere() -> None:
    strings = {
        node.value
        for tree in modules("bot").values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert failpoints.CALLS.keys() <= strings
