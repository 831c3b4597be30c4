"""The page of trust: every fault and every threat has a row, and every test that it names exists."""

from __future__ import annotations

import re

from tests.house.files import ROOT, functions, modules
from tests.mutants.table import MUTANTS

PAGE = (ROOT / "docs" / "trust.md").read_text()
ROWS = re.findall(r"^\| ([RS]\d+) \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_every_fault_and_every_threat_has_its_row() -> None:
    assert [name for name, *_ in ROWS] == [f"R{n}" for n in range(1, 69)] + [f"S{n}" for n in range(1, 55)]


def test_every_test_that_is_named_exists() -> None:
    there = {
        (path, function.name) for path, tree in modules("tests").items() for function in functions(tree)
    }  # methods of a class are named without it
    assert [named for named in TEST.findall(PAGE) if named not in there] == []


def test_every_row_has_a_test_or_says_why_not() -> None:
    bare = [name for name, _, proof in ROWS if not TEST.search(proof) and not proof.startswith(("Open", "Does not"))]
    assert bare == []


def test_every_mechanism_that_make_mutants_breaks_is_there_once_with_a_test_of_its_row() -> None:
    proved = {name: proof for name, _, proof in ROWS}
    wrong = [
        one for one in MUTANTS if (ROOT / one.file).read_text().count(one.old) != 1 or one.test not in proved[one.row]
    ]
    assert wrong == []


def test_a_mechanism_of_every_row_that_applies_is_broken() -> None:
    applies = {name for name, _, proof in ROWS if not proof.startswith("Does not")}
    assert applies - {one.row for one in MUTANTS} == set()
    assert f"their tests fail: {len(MUTANTS)} of them" in PAGE
