"""The table of mutants fits the code: what it breaks is there once, and its tests and rows exist."""

from __future__ import annotations

import pytest

from tests.house.files import ROOT, functions, modules
from tests.house.test_trust import ROWS
from tests.mutants.table import MUTANTS, Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.row} {mutant.file}")
def test_what_is_broken_is_there_once(mutant: Mutant) -> None:
    assert (ROOT / mutant.file).read_text().count(mutant.old) == 1
    assert mutant.old != mutant.new


def test_its_rows_and_tests_exist() -> None:
    assert {mutant.row for mutant in MUTANTS} <= {name for name, *_ in ROWS}
    there = {f"{path}::{function.name}" for path, tree in modules("tests").items() for function in functions(tree)}
    files = {str(path) for path in modules("tests")}
    assert [mutant.test for mutant in MUTANTS if mutant.test not in there | files] == []
