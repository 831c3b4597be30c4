"""Mechanisms of docs/trust.md, each with a way to break it and the test that has to fail then."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mechanism broken: `old` stands in `file` once and becomes `new`; `test` fails for it. `row`: of the page."""

    row: str
    file: str
    old: str
    new: str
    test: str


MUTANTS = tuple(
    Mutant(**one)
    for name in ("faults", "threats")
    for one in tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text())["mutant"]
)
