"""Reading tables with a notebook at hand: every read checks the type, and what is wrong is written down, not raised."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from bot.flow.book import Book, Reference
from bot.flow.lines import Path
from bot.flow.markup import clean
from bot.flow.problems import did_you_mean
from bot.flow.wording import Part, Text, WordingError, parse_parts
from bot.rules import SYSTEM_FIELDS, Rule, RuleError
from bot.rules import parse as parse_rule
from bot.sentences import Sentence

NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z]{2,4})?")


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

    def wrong(self, key: str, message: Sentence) -> None:
        """Note a problem at a key."""
        self.book.problem(self.at(key), message)

    def string(self, key: str) -> str | None:
        """A string of at least one sign."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.wrong(key, Sentence('"{key}" must be a text that is not empty', key=key))
        return None

    def needed(self, key: str) -> str | None:
        """A string that must be there."""
        if not self.has(key):
            self.book.problem(self.path, Sentence('{who} needs "{key}"', who=self.who or Sentence("this"), key=key))
        return self.string(key)

    def number(self, key: str) -> float | None:
        """A number, whole or not."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15:
            return float(value)
        self.wrong(key, Sentence('"{key}" must be a number', key=key))
        return None

    def whole(self, key: str, low: int, high: int) -> int | None:
        """A whole number from `low` to `high`."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.wrong(
            key, Sentence('"{key}" must be a whole number from {low} to {high}', key=key, low=str(low), high=str(high))
        )
        return None

    def flag(self, key: str) -> bool:
        """true or false; false where it is missing."""
        value = self.raw(key)
        if value is None or isinstance(value, bool):
            return bool(value)
        self.wrong(key, Sentence('"{key}" must be true or false', key=key))
        return False

    def one_of(self, key: str, words: Collection[str], value: str | None = None) -> str | None:
        """A string that is one of a few words."""
        word = self.needed(key) if value is None else value
        if word is None or word in words:
            return word
        self.wrong(
            key,
            Sentence(
                '"{word}" is not a known "{key}": use one of {known}.{hint}',
                word=word,
                key=key,
                known=", ".join(words),
                hint=did_you_mean(word, words),
            ),
        )
        return None

    def name(self, key: str, what: str) -> str | None:
        """A name of letters, digits and _ that must be there."""
        word = self.needed(key)
        if word is None or NAME.fullmatch(word):
            return word
        self.wrong(
            key,
            Sentence('"{word}" cannot name {what}: use small letters, digits and _, at most 32', word=word, what=what),
        )
        return None

    def words(self, key: str) -> tuple[str, ...]:
        """A list of strings, or one string."""
        value = self.raw(key)
        listed = [value] if isinstance(value, str) else value
        if isinstance(listed, list) and all(isinstance(word, str) and word.strip() for word in listed):
            return tuple(word.strip() for word in listed)
        if value is not None:
            self.wrong(key, Sentence('"{key}" must be a list of texts', key=key))
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
            self.wrong(key, Sentence("the rule `{written}` does not work: {why}", written=written, why=fault.why()))
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
            self.wrong(key, Sentence('"{key}" must be a list of tables', key=key))
            return
        for place, item in enumerate(listed):
            path = (*self.path, key, place) if isinstance(value, list) else self.at(key)
            if isinstance(item, dict):
                yield Node(self.book, path, item, who)
            else:
                self.book.problem(path, Sentence("{who} must be a table: { … }", who=who))

    def done(self) -> None:
        """Report the keys that nobody asked for."""
        for key in [key for key in self._table if key not in self._asked]:
            of = Sentence(" of {who}", who=self.who) if self.who else ""
            self.wrong(
                key,
                Sentence('"{key}" is not a setting{of}.{hint}', key=key, of=of, hint=did_you_mean(key, self._asked)),
            )


def unknown_variable(book: Book, name: str) -> Sentence:
    """The sentence about a variable that is not declared."""
    if name in SYSTEM_FIELDS:
        return Sentence('"{name}" belongs to the system and cannot be changed by a flow', name=name)
    hint = did_you_mean(name, book.declared())
    return Sentence('the variable "{name}" is not declared in [variables].{hint}', name=name, hint=hint)


def read_text(book: Book, path: Path, value: object, who: str) -> Text | None:
    """A text in one or several languages, noted for the checks."""
    if isinstance(value, str) and value.strip():
        text = Text((("", _parts(book, path, clean(value))),))
    else:
        versions = value if isinstance(value, dict) and value else {"": value}
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
            book.problem(
                place,
                Sentence('{who}: "{language}" is not one of the languages of this flow', who=who, language=language),
            )
        elif not isinstance(written, str) or not written.strip():
            book.problem(place, Sentence("{who} must be a text that is not empty", who=who))
        else:
            yield language, _parts(book, place, clean(written))


def _parts(book: Book, path: Path, written: str) -> tuple[Part, ...]:
    try:
        return parse_parts(written.strip())
    except WordingError as error:
        book.problem(path, error.sentence)
        return (written,)
