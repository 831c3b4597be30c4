"""What is wrong with a flow: all of it at once, with line, block and fix."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong. `line` counts from 1; `block` is None outside the blocks."""

    line: int
    block: str | None
    message: str

    def __str__(self) -> str:
        about = f'block "{self.block}"'
        named = self.block is None or self.message.startswith(about)
        return f"line {self.line}  {self.message}" if named else f"line {self.line}  {about}: {self.message}"


class FlowError(ValueError):
    """A flow that cannot be used; `str()` is the text for the operator, `problems` has at least one."""

    def __init__(self, name: str, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=lambda problem: (problem.line, problem.message)))
        super().__init__("\n".join([f"{name} cannot be used:", *(f"  {problem}" for problem in self.problems)]))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` Did you mean "hours"?` if a known word is near, else nothing; to be put after a sentence."""
    near = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f' Did you mean "{near[0]}"?' if near else ""
