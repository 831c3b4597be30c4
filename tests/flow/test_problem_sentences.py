"""The sentences about flows that cannot be used, exactly as they are read; none of the checks' is left out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.flow import FlowError, parse
from tests.flow.golden import ROOT
from tests.flow.test_problems import GOOD, TOP, block, told

HERE = Path(__file__).parent
PLACE = re.compile(r"\{[a-z_]+\}")
CASES = (HERE / "problems.txt").read_text().strip().split("\n\n")[1:]
#: What stands around the lines of a case, by the sign before them.
AROUND = {
    "|": ("", ""),
    "+": (TOP, GOOD),
    ">": tuple(block("BODY").replace('"number"', '"number"\nword = "text"').split("BODY\n")),
}


@pytest.mark.parametrize("case", CASES)
def test_each_sentence_is_as_it_was_when_somebody_read_it(case: str) -> None:
    written = [line for line in case.splitlines() if line[:1] in AROUND]
    before, after = AROUND[written[0][0]]
    body = "".join(f"{line[2:]}\n" for line in written)
    assert "\n".join([*written, *read(before + body + after)]) == case


def read(text: str) -> list[str]:
    """What the checks say of a flow; `odd` stands before what does not keep it from working."""
    try:
        return [f"odd   {warning}" for warning in parse(text, folder=None).warnings]
    except FlowError as error:
        return [str(problem) for problem in error.problems]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x = " + "[" * 5000, "line 1  the lists and tables are nested too deeply"),
        ("\n\nx = " + "9" * 5000, "line 3  a number is too long to be read"),
        (
            TOP + "variables = {" + ",".join(f"v{at} = 'text'" for at in range(501)) + "}\n" + GOOD,
            "line 3  a flow can have at most 500 variables",
        ),
        (
            TOP + "".join(f"[blocks.b{at}]\n" for at in range(10_001)),
            "line 3  a flow can have at most 10,000 blocks",
        ),
        (block(f"say = '{'x' * 4097}'"), 'line 6  block "a": the text has 4,097 characters; Telegram takes 4,096'),
        (
            block(f"say = {{ photo = 'a.jpg', caption = '{'x' * 1025}' }}"),
            'line 6  block "a": the caption has 1,025 characters; Telegram takes 1,024',
        ),
    ],
)
def test_what_is_too_much_is_told_too(text: str, problem: str) -> None:
    assert problem in told(text)


def sentences() -> Iterator[tuple[str, str]]:
    """Where a check notes something, and the longest part of its sentence that stands there as it is said."""
    for path in sorted((ROOT / "bot" / "flow").glob("*.py")):
        for call in ast.walk(ast.parse(path.read_text())):
            match call:
                case ast.Call(func=ast.Attribute(attr="problem" | "wrong" | "warning"), args=[_, message]):
                    pieces = (one.value for one in ast.walk(message) if isinstance(one, ast.Constant))
                    said = (words for one in pieces if isinstance(one, str) for words in PLACE.split(one))
                    yield f"{path.name}:{call.lineno}", max(said, key=len, default="").strip(' ".')


def test_every_sentence_of_the_checks_is_read_in_a_test() -> None:
    told = "".join(path.read_text() for path in (HERE / "problems.txt", *HERE.glob("test_*.py")))
    assert [f"{where} {words}" for where, words in sentences() if words not in told] == []
    assert sum(1 for _ in sentences()) > 80
