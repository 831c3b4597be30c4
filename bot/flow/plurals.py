"""Words that follow a number: `{days|one: a day|other: # days}`, in the forms that the language has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from bot.flow.written import locale_of, say_count
from bot.sentences import Sentence, SentenceError

#: CLDR's names of the forms; every language has "other".
CATEGORIES = ("zero", "one", "two", "few", "many", "other")
_FORM = re.compile(rf"\s*({'|'.join(CATEGORIES)}|\d{{1,9}})\s*:(.*)", re.DOTALL)

#: Forms by category, or by the very number that they are for ("0").
Forms = Mapping[str, str]


class FormsError(SentenceError):
    """Forms that cannot be read; `str()` says what is missing."""


def parse_forms(written: str) -> dict[str, str] | None:
    """What stands behind the name of a place as forms; None where it is a default. Raises FormsError."""
    pieces = written.split("|")
    if not _FORM.fullmatch(pieces[0]):
        return None
    forms: dict[str, str] = {}
    for piece in pieces:
        found = _FORM.fullmatch(piece)
        if found is None:
            raise FormsError(
                Sentence(
                    '"{form}" must begin with one of {known} or a number, and a colon',
                    form=piece.strip(),
                    known=", ".join(CATEGORIES),
                )
            )
        forms[found[1]] = found[2].strip()
    if "other" not in forms:
        raise FormsError(Sentence('the form "other" is missing, which all numbers have that no other form is for'))
    return forms


def form_for(forms: Forms, number: float, spoken: str, language: str | None) -> str:
    """The form for a number in the language of the text; the sign # becomes the number as the person writes it."""
    number = float(number)
    exact = forms.get(f"{number:.15g}")
    form = forms.get(_category(spoken, number), forms["other"]) if exact is None else exact
    return form.replace("#", say_count(number, language)) if "#" in form else form


def _category(spoken: str, number: float) -> str:
    value = int(number) if number.is_integer() else number
    return str(locale_of(spoken).plural_form(abs(value)))


@lru_cache(maxsize=64)
def needed(spoken: str) -> tuple[str, ...]:
    """The forms that whole numbers people meet have in a language, in their usual order."""
    met = {_category(spoken, float(number)) for number in (*range(201), 1000)}
    return tuple(one for one in CATEGORIES if one in met or one == "other")


@lru_cache(maxsize=64)
def known(spoken: str) -> frozenset[str]:
    """All forms that a language has, for fractions and millions too."""
    return frozenset({*locale_of(spoken).plural_form.tags, "other"})
