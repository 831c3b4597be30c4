"""Texts of a flow: one or several languages, with places for variables.

    say = "Hello {first_name|there}, you live in {city}."
    say = { en = "Good morning", de = "Guten Morgen" }
    say = "You have {loans|0: no books|one: # book|other: # books}."

A brace that is meant as a brace is written twice: `{{`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.flow.markup import clean, defused, escape, plain, shorten, unlinked
from bot.flow.plurals import FormsError, parse_forms
from bot.sentences import Sentence, SentenceError

_PLACE = re.compile(r"\{\{|\}\}|\{([a-z][a-z0-9_]{0,31})(?:\|([^{}]*))?\}|[{}]")
#: A value never takes more than this of a message, however long the person's answer was.
_VALUE_LIMIT = 1000

#: Looks a variable up and says it in the person's language; None where it is not set.
Look = Callable[[str], str | None]
#: The form of a place that has forms, for the language of the text ("": the flow's own), as the author's markup.
Count = Callable[["Slot", str], str]


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a variable, and what stands there where it is not set; or the forms of the words for a number."""

    name: str
    default: str = ""
    #: By category, see `plurals`; none: the value itself stands there.
    forms: tuple[tuple[str, str], ...] = ()


Part = str | Slot


@dataclass(frozen=True, slots=True)
class Text:
    """One text. `versions` are (language, parts), the default language first; "" stands for all languages."""

    versions: tuple[tuple[str, tuple[Part, ...]], ...]

    def parts(self, language: str | None) -> tuple[Part, ...]:
        """The version for a language, see `version`."""
        return self.version(language)[1]

    def version(self, language: str | None) -> tuple[str, tuple[Part, ...]]:
        """The version for a language and which one it is: exact, else without its country, else the first."""
        wanted = (language or "").lower().replace("_", "-")
        by_language = dict(self.versions)
        found = next((one for one in (wanted, wanted.partition("-")[0]) if by_language.get(one)), None)
        return self.versions[0] if found is None else (found, by_language[found])

    def missing(self, languages: Sequence[str]) -> list[str]:
        """The languages it lacks; a text without languages is meant for all."""
        there = {language for language, _ in self.versions}
        return [] if "" in there else [language for language in languages if language not in there]

    def slots(self) -> Iterator[Slot]:
        """The places for variables, in every language."""
        return (part for _, parts in self.versions for part in parts if isinstance(part, Slot))

    def words(self, language: str | None) -> str:
        """The version for a language without its places for variables."""
        return "".join(part for part in self.parts(language) if isinstance(part, str))

    def source(self) -> str:
        """The first version as it was written, near enough to name the text in a problem."""
        return "".join(part if isinstance(part, str) else f"{{{part.name}}}" for part in self.versions[0][1])


def as_written(parts: Iterable[Part]) -> str:
    """The parts as they stand in the file: places with their defaults and forms, braces doubled."""
    return "".join(
        part.replace("{", "{{").replace("}", "}}") if isinstance(part, str) else _place(part) for part in parts
    )


def _place(slot: Slot) -> str:
    forms = "|".join(f"{category}: {words}" for category, words in slot.forms)
    return f"{{{'|'.join(filter(None, (slot.name, forms or slot.default)))}}}"


#: A JSON value with texts in the place of strings, as an author writes what is sent to another server.
Json = Text | bool | float | None | tuple["Json", ...] | Mapping[str, "Json"]


class WordingError(SentenceError):
    """A text with a brace that is not a place for a variable; `str()` says which."""


def parse_parts(written: str) -> tuple[Part, ...]:
    """A written text as its parts. Raises WordingError."""
    if "{" not in written and "}" not in written:
        return (written,)
    parts: list[Part] = []
    position = 0
    for match in _PLACE.finditer(written):
        parts.append(written[position : match.start()])
        position = match.end()
        parts.append(_part(match, written))
    parts.append(written[position:])
    return tuple(part for part in parts if part != "")


def _part(match: re.Match[str], written: str) -> Part:
    if match[1]:
        return _slot(match[1], match[2] or "", match[0])
    if match[0] in {"{{", "}}"}:
        return match[0][0]
    near = shorten(written[match.start() :], 16)
    raise WordingError(
        Sentence(
            '"{near}" is not a place for a variable: write {name} or {name|default}, and {{ for a brace', near=near
        )
    )


def _slot(name: str, default: str, written: str) -> Slot:
    try:
        forms = parse_forms(default)
    except FormsError as error:
        raise WordingError(
            Sentence('"{written}" is not clear: {fault}', written=shorten(written, 24), fault=error)
        ) from error
    return Slot(name, default) if forms is None else Slot(name, forms=tuple(forms.items()))


def fill_html(text: Text, language: str | None, look: Look, limit: int, count: Count | None = None) -> str:
    """The text as HTML of at most `limit` characters: the author's markup stays, values are escaped and shortened."""
    spoken, written = text.version(language)
    parts = _counted(written, spoken, look, count)
    room = limit - sum(len(plain(part)) for part in parts if isinstance(part, str))
    return "".join(escape(value) if is_value else value for value, is_value in _filled(parts, look, room))


def fill_plain(
    text: Text, language: str | None, look: Look, limit: int = _VALUE_LIMIT, count: Count | None = None
) -> str:
    """The text without markup, for buttons, stored values and staff."""
    spoken, parts = text.version(language)
    filled = _filled(_counted(parts, spoken, look, count), look, limit)
    return shorten("".join(value for value, _ in filled), limit)


def fill_notice(text: Text, language: str | None, look: Look, limit: int, count: Count | None = None) -> str:
    """The same for staff, who know the author: only in the author's words there may be something to tap."""
    spoken, parts = text.version(language)
    filled = _filled(_counted(parts, spoken, look, count), look, limit)
    return shorten("".join(unlinked(defused(value)) if is_value else value for value, is_value in filled), limit)


def _counted(parts: tuple[Part, ...], spoken: str, look: Look, count: Count | None) -> tuple[Part, ...]:
    """The parts with forms chosen; where nobody can choose, the form "other"."""
    if not any(isinstance(part, Slot) and part.forms for part in parts):
        return parts
    choose = count or (lambda slot, _: dict(slot.forms)["other"].replace("#", look(slot.name) or "0"))
    return tuple(choose(part, spoken) if isinstance(part, Slot) and part.forms else part for part in parts)


def _filled(parts: tuple[Part, ...], look: Look, room: int) -> Iterator[tuple[str, bool]]:
    """The parts with values in their places, and whether each is a value; a value is never read again for places."""
    for part in parts:
        if isinstance(part, str):
            yield part, False
            continue
        value = look(part.name)
        words = clean(part.default if value is None or value == "" else value)
        words = shorten(words, max(1, min(_VALUE_LIMIT, room))) if words else ""
        room -= len(words)
        yield words, True
