"""Reading tables with a notebook at hand: every read checks the type, and what is wrong is written down, not raised."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from bot.flow.actions import Http
from bot.flow.lines import Lines, Path
from bot.flow.markup import clean
from bot.flow.problems import Problem, did_you_mean
from bot.flow.wording import Part, Text, WordingError, parse_parts
from bot.rules import SYSTEM_FIELDS, Rule, RuleError, Type
from bot.rules import parse as parse_rule

NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z]{2,4})?")


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

    def problem(self, path: Path, message: str) -> None:
        """Note a reason to refuse the flow."""
        self.problems.append(self._note(path, message))

    def warning(self, path: Path, message: str) -> None:
        """Note something the operator should know, though the flow works."""
        self.warnings.append(self._note(path, message))

    def _note(self, path: Path, message: str) -> Problem:
        return Problem(self.line(path), block_of(path), message)

    def declared(self) -> frozenset[str]:
        """The variables the flow declares itself."""
        return frozenset(self.types) - frozenset(SYSTEM_FIELDS)


def block_of(path: Path) -> str | None:
    """The block a path lies in, if any."""
    return str(path[1]) if len(path) > 1 and path[0] == "blocks" else None


class Node:
    """One table of the file. Keys that were asked for are the known ones; `done` reports the others."""

    __slots__ = ("_asked", "_table", "book", "path", "who")

    def __init__(self, book: Book, path: Path, table: Mapping[str, object], who: str = "") -> None:
        self.book = book
        self.path = path
        self.who = who
        self._table = table
        self._asked: set[str] = set()

    def has(self, key: str) -> bool:
        """Whether the key is written."""
        self._asked.add(key)
        return key in self._table

    def keys(self) -> list[str]:
        """The keys as they are written."""
        return list(self._table)

    def raw(self, key: str) -> object:
        """The value as TOML has it; None where it is missing."""
        self._asked.add(key)
        return self._table.get(key)

    def at(self, key: str) -> Path:
        """The path of a key."""
        return (*self.path, key)

    def wrong(self, key: str, message: str) -> None:
        """Note a problem at a key."""
        self.book.problem(self.at(key), message)

    def string(self, key: str) -> str | None:
        """A string of at least one sign."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.wrong(key, f'"{key}" must be a text that is not empty')
        return None

    def needed(self, key: str) -> str | None:
        """A string that must be there."""
        if not self.has(key):
            self.book.problem(self.path, f'{self.who or "this"} needs "{key}"')
        return self.string(key)

    def number(self, key: str) -> float | None:
        """A number, whole or not."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15:
            return float(value)
        self.wrong(key, f'"{key}" must be a number')
        return None

    def whole(self, key: str, low: int, high: int) -> int | None:
        """A whole number from `low` to `high`."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.wrong(key, f'"{key}" must be a whole number from {low} to {high}')
        return None

    def flag(self, key: str) -> bool:
        """true or false; false where it is missing."""
        value = self.raw(key)
        if value is None or isinstance(value, bool):
            return bool(value)
        self.wrong(key, f'"{key}" must be true or false')
        return False

    def one_of(self, key: str, words: Collection[str], value: str | None = None) -> str | None:
        """A string that is one of a few words."""
        word = self.needed(key) if value is None else value
        if word is None or word in words:
            return word
        self.wrong(key, f'"{word}" is not a known "{key}": use one of {", ".join(words)}.{did_you_mean(word, words)}')
        return None

    def name(self, key: str, what: str) -> str | None:
        """A name of letters, digits and _ that must be there."""
        word = self.needed(key)
        if word is None or NAME.fullmatch(word):
            return word
        self.wrong(key, f'"{word}" cannot name {what}: use small letters, digits and _, at most 32')
        return None

    def words(self, key: str) -> tuple[str, ...]:
        """A list of strings, or one string."""
        value = self.raw(key)
        listed = [value] if isinstance(value, str) else value
        if isinstance(listed, list) and all(isinstance(word, str) and word.strip() for word in listed):
            return tuple(word.strip() for word in listed)
        if value is not None:
            self.wrong(key, f'"{key}" must be a list of texts')
        return ()

    def text(self, key: str) -> Text | None:
        """A text without markup, with places for variables, perhaps in several languages."""
        value = self.raw(key)
        return None if value is None else read_text(self.book, self.at(key), value, f'"{key}"')

    def html(self, key: str) -> Text | None:
        """The same with Telegram's HTML in it."""
        value = self.raw(key)
        return None if value is None else read_html(self.book, self.at(key), value, f'"{key}"')

    def block(self, key: str, value: str | None = None) -> str | None:
        """The name of a block; whether there is one is checked when all are read."""
        word = self.string(key) if value is None else value
        if word is not None:
            self.book.references.append(Reference(self.at(key), word, self.who))
        return word

    def variable(self, key: str = "variable", value: str | None = None) -> str | None:
        """The name of a declared variable."""
        name = self.needed(key) if value is None else value
        if name is None or name in self.book.declared():
            return name
        self.wrong(key, unknown_variable(self.book, name))
        return None

    def rule(self, key: str) -> Rule | None:
        """A rule of the rule language."""
        written = self.string(key)
        if written is None:
            return None
        try:
            rule = self.book.rules.get(written) or parse_rule(written, self.book.types)
        except RuleError as error:
            fault = error.problems[0]
            self.wrong(key, f"the rule `{written}` does not work: {' '.join([fault.message, fault.hint]).strip()}")
            return None
        self.book.rules[written] = rule
        self.book.conditions.append((self.at(key), written, rule))
        return rule

    def tables(self, key: str, who: str) -> Iterator[Node]:
        """A list of tables; one table counts as a list of one."""
        value = self.raw(key)
        listed = [value] if isinstance(value, dict) else value
        if listed is None:
            return
        if not isinstance(listed, list):
            self.wrong(key, f'"{key}" must be a list of tables')
            return
        for place, item in enumerate(listed):
            path = (*self.path, key, place) if isinstance(value, list) else self.at(key)
            if isinstance(item, dict):
                yield Node(self.book, path, item, who)
            else:
                self.book.problem(path, f"{who} must be a table: {{ … }}")

    def done(self) -> None:
        """Report the keys that nobody asked for."""
        for key in [key for key in self._table if key not in self._asked]:
            of = f" of {self.who}" if self.who else ""
            self.wrong(key, f'"{key}" is not a setting{of}.{did_you_mean(key, self._asked)}')


def unknown_variable(book: Book, name: str) -> str:
    """The sentence about a variable that is not declared."""
    if name in SYSTEM_FIELDS:
        return f'"{name}" belongs to the system and cannot be changed by a flow'
    return f'the variable "{name}" is not declared in [variables].{did_you_mean(name, book.declared())}'


def read_text(book: Book, path: Path, value: object, who: str) -> Text | None:
    """A text in one or several languages, noted for the checks."""
    if isinstance(value, str) and value.strip():
        text = Text((("", _parts(book, path, clean(value))),))
    else:
        versions = value if isinstance(value, dict) else {"": value}
        text = Text(tuple(_versions(book, path, versions, who)))
    if not text.versions:
        return None
    book.texts.append((path, text))
    return text


def read_html(book: Book, path: Path, value: object, who: str) -> Text | None:
    """A text with Telegram's HTML in it, noted for the checks."""
    text = read_text(book, path, value, who)
    if text is not None:
        book.html.append((path, text))
    return text


def is_languages(value: object) -> bool:
    """Whether a table is one text in several languages."""
    return isinstance(value, dict) and bool(value) and all(LANGUAGE.fullmatch(key) for key in value)


def _versions(
    book: Book, path: Path, versions: Mapping[str, object], who: str
) -> Iterator[tuple[str, tuple[Part, ...]]]:
    for language in sorted(versions, key=lambda one: book.languages.index(one) if one in book.languages else 99):
        written, place = versions[language], (*path, language) if language else path
        if language and language not in book.languages:
            book.problem(place, f'{who}: "{language}" is not one of the languages of this flow')
        elif not isinstance(written, str) or not written.strip():
            book.problem(place, f"{who} must be a text that is not empty")
        else:
            yield language, _parts(book, place, clean(written))


def _parts(book: Book, path: Path, written: str) -> tuple[Part, ...]:
    try:
        return parse_parts(written.strip())
    except WordingError as error:
        book.problem(path, str(error))
        return (written,)
