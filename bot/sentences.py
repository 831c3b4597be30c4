"""Sentences that are English in the code and told in the reader's language: what is wrong with a flow or a rule.

The English sentence is the key of its translation, with flat places for its values; `texts/problems` has one file
per further language. Light, since the command line and the checks of large flows need it before all else.
"""

from __future__ import annotations

import re
import tomllib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, reduce
from pathlib import Path
from typing import Self

#: The language of the code, of logs and of the command line.
DEFAULT = "en"

_PLACE = re.compile(r"\{([a-z_]+)\}")
_FOLDER = Path(__file__).parent / "texts" / "problems"


class Told(ABC):
    """What is said differently to readers of different languages; ``str()`` is English."""

    __slots__ = ()

    @abstractmethod
    def told(self, language: str) -> str:
        """The words for a reader of this language; English where there are no others."""


class Sentence(str, Told):
    """An English sentence that remembers its template and its values, so that it can be told in another language.

    Values are never read as templates. Those that are sentences are told too; whole numbers are grouped.
    """

    __slots__ = ("_template", "_values")
    _template: str
    _values: Mapping[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:
        """The sentence with its places filled; a place without a value stays as it is written."""
        sentence = super().__new__(cls, _filled(template, values, DEFAULT) if values else template)
        sentence._template, sentence._values = template, values
        return sentence

    def told(self, language: str) -> str:
        """The sentence as its translation has it."""
        return _filled(translations(language).sentences.get(self._template, self._template), self._values, language)


#: Where there is nothing to add.
NOTHING = Sentence("")


class SentenceError(ValueError, Told):
    """Something written cannot be used, and a sentence says why."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def told(self, language: str) -> str:
        """The sentence for a reader of this language."""
        return self.sentence.told(language)


@dataclass(frozen=True, slots=True)
class Translations:
    """One language: its sentences by the English ones, and the sign between the thousands of a number."""

    sentences: Mapping[str, str] = field(default_factory=dict)
    thousands: str = ","


def told(value: object, language: str) -> str:
    """Any value for a reader of this language."""
    return value.told(language) if isinstance(value, Told) else str(value)


def together(words: Sequence[str]) -> str:
    """One word or more with "and" between them."""
    return reduce(lambda first, last: Sentence("{first} and {last}", first=first, last=last), words)


def translations(language: str) -> Translations:
    """The sentences of a language ("de", "de-AT"); none where it has no file."""
    return _files().get(language.replace("_", "-").split("-")[0].lower(), Translations())


@cache
def _files() -> Mapping[str, Translations]:
    return {
        path.stem: Translations(**tomllib.loads(path.read_text(encoding="utf-8"))) for path in _FOLDER.glob("*.toml")
    }


def _filled(template: str, values: Mapping[str, object], language: str) -> str:
    return _PLACE.sub(lambda found: _said(values[found[1]], language) if found[1] in values else found[0], template)


def _said(value: object, language: str) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}".replace(",", translations(language).thousands)
    return told(value, language)
