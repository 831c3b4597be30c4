"""Reading a rule that a person wrote."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import cast

from lark.exceptions import UnexpectedInput

from bot.rules.build import Builder, Parsed
from bot.rules.errors import Problem, RuleError, lines_of
from bot.rules.fold import fold
from bot.rules.grammar import QUOTES, parser
from bot.rules.syntax import explain
from bot.rules.tree import Rule
from bot.rules.types import SYSTEM_FIELDS, Type
from bot.sentences import Sentence

MAX_LENGTH = 2000

#: Signs that cannot be stored or seen: controls, lone surrogates.
_UNUSABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_RULE_SIGN = re.compile(f"[=<>\u2260\u2264\u2265()\u00ab{QUOTES}]")
_SECOND_WORDS = frozenset({"is", "in", "contains", "between", "before", "after", "within", "starts", "ends", "not"})


def parse(text: str, fields: Mapping[str, Type], *, groups: Collection[str] | None = None) -> Rule:
    """The rule a person wrote, over the declared variables ``fields`` (name to type) and the system fields.

    With ``groups`` a group that is not among them is a problem, and its name is taken as it is spelled there.
    Raises RuleError with every problem that can be told.
    """
    _check_source(text)
    builder = Builder({**fields, **SYSTEM_FIELDS}, groups)
    try:
        tree = parser().parse(text)
    except UnexpectedInput as error:
        raise RuleError(text, [explain(error, text)]) from None
    rule = builder.build(cast(Parsed, tree.children[0]))
    if builder.problems:
        raise RuleError(text, builder.problems)
    return rule


def looks_like_rule(text: str, fields: Mapping[str, Type]) -> bool:
    """Whether a line is meant as a rule rather than as words to search for: it has a sign or a word of the language."""
    if _RULE_SIGN.search(text):
        return True
    words = fold(text).split()
    known = {**fields, **SYSTEM_FIELDS}
    negated = words[:1] == ["not"]
    words = words[negated:]
    if len(words) == 1:
        return known.get(words[0]) is Type.BOOLEAN
    return len(words) > 1 and (words[0] in known or words[:2] == ["in", "group"] or words[1] in _SECOND_WORDS)


def _check_source(text: str) -> None:
    if len(text) > MAX_LENGTH:
        raise RuleError(
            text,
            [
                _problem_at(
                    text, MAX_LENGTH, Sentence("A rule can have {most} characters at most.", most=str(MAX_LENGTH))
                )
            ],
        )
    problems = [
        _problem_at(text, match.start(), Sentence("This sign cannot be used.")) for match in _UNUSABLE.finditer(text)
    ]
    if problems:
        raise RuleError(text, problems[:3])


def _problem_at(text: str, index: int, message: Sentence) -> Problem:
    before = lines_of(text[:index])
    return Problem(len(before), len(before[-1]) + 1, message)
