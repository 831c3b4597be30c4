"""What is wrong with a rule, said with the line, a caret under the word, and the fix."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from bot.sentences import DEFAULT, NOTHING, Sentence, Told

#: Characters of the line that are shown; longer lines are cut around the place.
_WINDOW = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where (line and column from 1, length in characters), what, and how to mend it."""

    line: int
    column: int
    message: Sentence
    hint: Sentence = NOTHING
    length: int = 1

    def why(self) -> Sentence:
        """What, and how to mend it, in one sentence after the other."""
        return Sentence("{fault} {hint}", fault=self.message, hint=self.hint) if self.hint else self.message


class RuleError(ValueError, Told):
    """A rule that cannot be used. ``str()`` is the text for the person who wrote it; ``problems`` has at least one."""

    def __init__(self, source: str, problems: Iterable[Problem]) -> None:
        self.source = source
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line, problem.column)))
        super().__init__(self.told(DEFAULT))

    def told(self, language: str) -> str:
        """Each problem with its line, a caret under the word, and the fix."""
        return "\n".join(_draw(self.source, problem, language) for problem in self.problems)


def did_you_mean(word: str, known: Iterable[str]) -> Sentence:
    """``Did you mean city?`` if a known word is near, else nothing."""
    names = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), list(names), n=1, cutoff=0.6)
    return Sentence("Did you mean {word}?", word=names[near[0]]) if near else NOTHING


def _draw(source: str, problem: Problem, language: str) -> str:
    line = lines_of(source)[problem.line - 1]
    start = max(0, min(problem.column - 1 - _WINDOW // 2, len(line) - _WINDOW))
    shown = "".join(_visible(letter) for letter in line[start : start + _WINDOW])
    before = _columns(shown[: problem.column - 1 - start])
    under = max(1, _columns(shown[problem.column - 1 - start :][: problem.length]))
    head = Sentence("Line {line}: {fault}", line=str(problem.line), fault=problem.message)
    rows = [head.told(language), f"  {shown}", f"  {' ' * before}{'^' * under}", problem.hint.told(language)]
    return "\n".join(row for row in rows if row)


def lines_of(source: str) -> list[str]:
    """The lines of a rule as the parser counts them: only a line feed ends one."""
    return source.split("\n")


def _visible(letter: str) -> str:
    """A control, direction or broken character as a plain mark, so that the caret stays under its word."""
    if letter.isspace():
        return " "
    return "\ufffd" if unicodedata.category(letter) in {"Cc", "Cf", "Cs"} else letter


def _columns(text: str) -> int:
    """Columns a text takes in a fixed-width font: East Asian wide letters take two, combining marks none."""
    return sum(_width(letter) for letter in text)


def _width(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in {"W", "F"} else 1
