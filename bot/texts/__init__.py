"""The bot's own words for staff and admins: one file per language, plain text with flat placeholders."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel import Locale
from babel.numbers import format_decimal

from bot.sentences import told

#: What every wording exists in; the others are translations of it.
DEFAULT = "en"

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_FOLDER = Path(__file__).parent

#: One wording: its forms by plural category; a wording without plural has "other" only.
Forms = Mapping[str, str]


def say(language: str | None, key: str, **values: object) -> str:
    """The wording `key` in a language ("de", "pt-br"; unknown ones fall back), with its placeholders filled.

    `count` is written as the language writes numbers, and picks the plural form; sentences are told in it, everything
    else is `str()`.
    Values are never read as templates. Raises KeyError for a key or placeholder that does not exist.
    """
    spoken = nearest(language)
    forms = wordings(spoken)[key]
    form = forms.get(_plural(spoken, values.get("count")), forms["other"])
    return _PLACEHOLDER.sub(lambda found: _written(spoken, found[1], values[found[1]]), form)


def nearest(language: str | None) -> str:
    """The language we have that comes closest to a tag such as "de-AT"."""
    short = (language or DEFAULT).replace("_", "-").split("-")[0].lower()
    return short if short in languages() else DEFAULT


@cache
def languages() -> frozenset[str]:
    """The languages that have a file."""
    return frozenset(path.stem for path in _FOLDER.glob("*.toml"))


@cache
def wordings(language: str) -> Mapping[str, Forms]:
    """All wordings of one language by "section.name". Raises ValueError where the file is not made of wordings."""
    sections = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return {
        f"{section}.{name}": _forms(f"{section}.{name}", wording)
        for section, named in sections.items()
        for name, wording in named.items()
    }


def placeholders(forms: Forms) -> frozenset[str]:
    """The names that a wording wants filled."""
    return frozenset(name for form in forms.values() for name in _PLACEHOLDER.findall(form))


def _forms(key: str, wording: object) -> Forms:
    forms = {"other": wording} if isinstance(wording, str) else wording
    if not isinstance(forms, dict) or "other" not in forms or not all(isinstance(form, str) for form in forms.values()):
        raise ValueError(f'the wording {key} is neither a text nor a table of plural forms with "other"')
    return forms


def _plural(language: str, count: object) -> str:
    return Locale.parse(language).plural_form(count) if isinstance(count, int) else "other"


def _written(language: str, name: str, value: object) -> str:
    return (
        format_decimal(value, locale=language) if name == "count" and isinstance(value, int) else told(value, language)
    )
