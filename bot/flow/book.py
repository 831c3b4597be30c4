"""The notebook of one load: what was written, and all that is found about it on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path as FilePath

from bot.flow.actions import Http
from bot.flow.lines import Lines, Path
from bot.flow.problems import Problem
from bot.flow.wording import Text
from bot.rules import SYSTEM_FIELDS, Rule, Type
from bot.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Reference:
    """Something names a block: where it is written, which block, and what names it in words."""

    path: Path
    target: str
    who: str


@dataclass(slots=True)
class Book:
    """The notebook of one load: what was written, and all that was found about it on the way."""

    text: str
    folder: FilePath | None
    languages: tuple[str, ...] = ("en",)
    types: dict[str, Type] = field(default_factory=lambda: dict(SYSTEM_FIELDS))
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    #: Every text, and those among them that go through Telegram's HTML.
    texts: list[tuple[Path, Text]] = field(default_factory=list)
    html: list[tuple[Path, Text]] = field(default_factory=list)
    media: list[tuple[Path, str]] = field(default_factory=list)
    #: The ids of the calls to other servers.
    calls: dict[str, Http] = field(default_factory=dict)
    #: Rules that were read; many blocks ask the same.
    rules: dict[str, Rule] = field(default_factory=dict)
    conditions: list[tuple[Path, str, Rule]] = field(default_factory=list)
    _lines: Lines | None = None

    def line(self, path: Path) -> int:
        """The line of a path. Lines are looked for only once something is to be said about one."""
        if self._lines is None:
            self._lines = Lines(self.text)
        return self._lines.of(path)

    def problem(self, path: Path, message: Sentence) -> None:
        """Note a reason to refuse the flow."""
        self.problems.append(self._note(path, message))

    def warning(self, path: Path, message: Sentence) -> None:
        """Note something the operator should know, though the flow works."""
        self.warnings.append(self._note(path, message))

    def _note(self, path: Path, message: Sentence) -> Problem:
        return Problem(self.line(path), block_of(path), message)

    def declared(self) -> frozenset[str]:
        """The variables the flow declares itself."""
        return frozenset(self.types) - frozenset(SYSTEM_FIELDS)


def block_of(path: Path) -> str | None:
    """The block a path lies in, if any."""
    return str(path[1]) if len(path) > 1 and path[0] == "blocks" else None
