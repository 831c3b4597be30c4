"""A rule in the reader's words, with the labels that the flow gives its variables."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from bot import texts
from bot.rules import WORDS, Rule, describe
from bot.ui.desk import Desk
from bot.ui.html import Words, words


def told(rule: Rule, desk: Desk) -> Words:
    """The rule as a plain sentence, whole."""
    return words(sentence(rule, desk))


def sentence(rule: Rule, desk: Desk) -> str:
    """The same as it comes: to be shortened, and cleaned with that."""
    labels = {name: variable.label for name, variable in desk.setup.flow.variables.items() if variable.label}
    return describe(rule, labels=labels, words=_wordings(desk.language))


@cache
def _wordings(language: str) -> Mapping[str, str]:
    """What a description is made of; in the file of the language blanks in the names are underscores."""
    known = texts.wordings(language)
    return {name: known[f"rules.{name.replace(' ', '_')}"]["other"] for name in WORDS}
