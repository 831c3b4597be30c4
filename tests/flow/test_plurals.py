"""Words for numbers: the forms that a language has, and the checks of what an author wrote."""

from __future__ import annotations

import pytest

from bot.flow.plurals import FormsError, form_for, needed, parse_forms
from bot.flow.wording import Slot, WordingError, parse_parts
from tests.flow.test_problems import TOP, told, warned

BOOKS = {"0": "no books", "one": "# book", "other": "# books"}
RUSSIAN = {"one": "# день", "few": "# дня", "many": "# дней", "other": "# дня"}


@pytest.mark.parametrize(
    ("forms", "number", "spoken", "language", "words"),
    [
        (BOOKS, 0, "en", "en", "no books"),
        (BOOKS, 1, "en", "en", "1 book"),
        (BOOKS, 1.5, "en", "de", "1,5 books"),
        (BOOKS, 12345, "en", "de", "12.345 books"),
        (BOOKS, 12345, "en", "en", "12,345 books"),
        (RUSSIAN, 21, "ru", "ru", "21 день"),
        (RUSSIAN, 3, "ru", "ru", "3 дня"),
        (RUSSIAN, 11, "ru", "ru", "11 дней"),
    ],
)
def test_a_number_has_the_form_of_the_language_of_the_text(
    forms: dict[str, str], number: float, spoken: str, language: str, words: str
) -> None:
    assert form_for(forms, number, spoken, language) == words


def test_forms_are_told_from_a_default_by_their_names() -> None:
    assert parse_forms("somewhere") is None
    assert parse_parts("{days|one: a day|other: # days}") == (
        Slot("days", forms=(("one", "a day"), ("other", "# days"))),
    )
    with pytest.raises(FormsError, match='the form "other" is missing'):
        parse_forms("one: day")
    with pytest.raises(WordingError, match='"days" must begin with one of zero, one'):
        parse_parts("{n|one: day|days}")


def test_languages_need_different_forms() -> None:
    assert [needed(language) for language in ("en", "pl", "ja")] == [
        ("one", "other"),
        ("one", "few", "many", "other"),
        ("other",),
    ]


def flow(say: str, languages: str = '"en"') -> str:
    return (
        f"languages = [{languages}]\n{TOP}[variables]\nn = 'number'\nword = 'text'\n"
        f"[blocks.a]\nsay = {say}\nend = true\n"
    )


def test_the_checks_name_forms_that_are_missing_or_never_used() -> None:
    assert warned(flow("'{n|other: # days}'")) == ['line 8  block "a": {n|…} has no form for one, which "en" has']
    assert warned(flow("'{n|one: # day|few: # d|other: # days}'")) == [
        'line 8  block "a": {n|…} has a form for few, which "en" never uses'
    ]
    polish = "{ en = '{n|one: x|other: y}', pl = '{n|one: x|other: y}' }"
    assert warned(flow(polish, "'en', 'pl'")) == [
        'line 8  block "a": {n|…} has no form for few and many, which "pl" has'
    ]


def test_forms_need_a_number_and_whole_markup() -> None:
    assert told(flow("'{word|one: x|other: y}'")) == [
        'line 8  block "a": the forms of {word|…} need a number, and it is a text'
    ]
    assert "the HTML is broken" in told(flow("'{n|one: <b>x|other: y}'"))[0]
    assert "is not clear" in told(flow("'{n|one: x}'"))[0]
