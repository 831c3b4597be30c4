"""The bot's own words exist in every language and say the same."""

from __future__ import annotations

import pytest

from bot import texts

LANGUAGES = sorted(texts.languages())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_wording_and_no_other(language: str) -> None:
    assert texts.wordings(language).keys() == texts.wordings(texts.DEFAULT).keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wording_has_the_same_placeholders_in_every_language(language: str) -> None:
    expected = {key: texts.placeholders(forms) for key, forms in texts.wordings(texts.DEFAULT).items()}
    assert {key: texts.placeholders(forms) for key, forms in texts.wordings(language).items()} == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_wordings_are_plain_sentences(language: str) -> None:
    loud = {
        key
        for key, forms in texts.wordings(language).items()
        if any(not form.strip() or set(form) & set("!&") or "</" in form for form in forms.values())
    }
    assert loud == set()


def test_a_language_that_is_not_there_falls_back() -> None:
    assert texts.say("de-AT", "roles.owner") == "Eigentümer"
    assert texts.say("tlh", "roles.owner") == texts.say(None, "roles.owner") == "owner"


def test_values_are_not_read_as_templates() -> None:
    assert texts.say("en", "ui.forbidden", role="{role}{0}") == "This needs the role {role}{0}."


def test_a_missing_value_or_wording_is_a_mistake_of_the_code() -> None:
    with pytest.raises(KeyError):
        texts.say("en", "ui.forbidden")
    with pytest.raises(KeyError):
        texts.say("en", "ui.nothing")
