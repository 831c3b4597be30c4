"""What is wrong with a flow: all of it at once, with line, block and fix."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from bot.sentences import DEFAULT, NOTHING, Sentence, Told


@dataclass(frozen=True, slots=True, order=True)
class Problem(Told):
    """One thing that is wrong. `line` counts from 1; `block` is None outside the blocks."""

    line: int
    block: str | None
    message: Sentence

    def __str__(self) -> str:
        return self.told(DEFAULT)

    def told(self, language: str) -> str:
        """One line: where it is wrong, and what."""
        said, place = self.message, str(self.line)
        if self.block is None or said.startswith(f'block "{self.block}"'):
            return Sentence("line {place}  {said}", place=place, said=said).told(language)
        named = Sentence('line {place}  block "{block}": {said}', place=place, block=self.block, said=said)
        return named.told(language)


class FlowError(ValueError, Told):
    """A flow that cannot be used; `str()` is the text for the operator, `problems` has at least one."""

    def __init__(self, name: str, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=lambda problem: (problem.line, problem.message)))
        self._name = name
        super().__init__(self.told(DEFAULT))

    def told(self, language: str) -> str:
        """The name of the flow, and each problem on a line."""
        head = Sentence("{name} cannot be used:", name=self._name).told(language)
        return "\n".join([head, *(f"  {problem.told(language)}" for problem in self.problems)])


def did_you_mean(word: str, known: Iterable[str]) -> Sentence:
    """` Did you mean "hours"?` if a known word is near, else nothing; to be put after a sentence."""
    near = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return Sentence(' Did you mean "{word}"?', word=near[0]) if near else NOTHING
