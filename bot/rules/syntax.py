"""What the parser stumbled over, said for a person."""

from __future__ import annotations

import re
from collections.abc import Set
from difflib import get_close_matches

from lark import Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from bot.rules.errors import Problem, did_you_mean, lines_of
from bot.rules.grammar import KEYWORDS, parser
from bot.sentences import NOTHING, Sentence

#: What can be expected, from the most telling: the first whose terminals are all expected is said.
_EXPECTED = (
    ({"LPAR", "NOT"}, Sentence("Here a condition is expected."), Sentence("For instance: city = Vienna")),
    ({"STRING"}, Sentence("Here a value is expected."), Sentence('For instance: Vienna, 18, "New York"')),
    (
        {"SIGN", "CONTAINS"},
        Sentence('After the field comes a comparison, like "=".'),
        Sentence("For instance: city = Vienna"),
    ),
    (
        {"WITHIN", "BETWEEN"},
        Sentence('After "not" comes contains, between, in, within.'),
        Sentence("For instance: plan not in (pro, team)"),
    ),
    ({"COMMA"}, Sentence('Here "," or ")" is expected.'), Sentence("For instance: plan in (pro, team)")),
    ({"LPAR"}, Sentence('After "in" comes a list in parentheses.'), Sentence("For instance: plan in (pro, team)")),
    ({"GROUP"}, Sentence('After "in" comes the word group.'), Sentence('For instance: in group "VIP"')),
    ({"RPAR"}, Sentence('Here "and", "or" or ")" is expected.'), NOTHING),
    ({"OR"}, Sentence('Here "and", "or" or the end is expected.'), NOTHING),
    ({"AND"}, Sentence('Here "and" is expected.'), Sentence("For instance: age between 18 and 30")),
    ({"WORD"}, Sentence("Here a length of time is expected."), Sentence("For instance: last_seen within 7 days")),
)
_OPERATORS = [words for name, words in KEYWORDS.items() if name not in {"AND", "OR", "NOT", "THE", "LAST", "NEXT"}]
_QUOTE = re.compile('["\u201c\u201d\u201e\u201f\u00ab\u00bb]')


def explain(error: UnexpectedInput, source: str) -> Problem:
    """The problem behind an error of the parser, at the word it is about."""
    if isinstance(error, UnexpectedToken):
        return _wrong_word(error.token, frozenset(error.accepts or error.expected), source)
    assert isinstance(error, UnexpectedCharacters)
    if _QUOTE.match(error.char):
        hint = Sentence("Close it with the same quote.") if error.char not in "\u00bb" else NOTHING
        return Problem(error.line, error.column, Sentence("This quote is not closed."), hint)
    message, hint = _expectation(_accepted_after(source[: error.pos_in_stream]))
    odd = Sentence('"{sign}" does not fit here. {message}', sign=error.char, message=message)
    return Problem(error.line, error.column, odd, hint)


def _accepted_after(beginning: str) -> Set[str]:
    """What could follow the beginning of a rule that is right so far."""
    interactive = parser().parse_interactive(beginning)
    interactive.exhaust_lexer()
    return frozenset(interactive.accepts())  # type: ignore[no-untyped-call]


def _wrong_word(token: Token, accepted: frozenset[str], source: str) -> Problem:
    message, hint = _expectation(accepted)
    if token.type == "$END":
        return _at_end(source, message, hint)
    line, column = token.line or 1, token.column or 1
    return Problem(line, column, message, _better_hint(token, accepted, source) or hint, len(token))


def _at_end(source: str, message: Sentence, hint: Sentence) -> Problem:
    """The rule stops too early: the caret stands right behind its last word."""
    written = lines_of(source.rstrip())
    early = Sentence("The rule ends too early. {message}", message=message)
    return Problem(len(written), len(written[-1]) + 1, early, hint)


def _expectation(accepted: Set[str]) -> tuple[Sentence, Sentence]:
    for terminals, message, hint in _EXPECTED:
        if terminals <= accepted:
            return message, hint
    return Sentence("The rule should end here."), NOTHING


def _better_hint(token: Token, accepted: Set[str], source: str) -> Sentence:
    """A fix for the common slips: a value of two words, a decimal comma, ``starts`` without ``with``."""
    if "SIGN" in accepted:
        near = get_close_matches(token.lower(), _OPERATORS, n=1, cutoff=0.6)
        return Sentence('Did you mean "{word}"?', word=near[0]) if near else NOTHING
    if "OR" in accepted and token.type == "COMMA":
        return Sentence("Write decimals with a point, and lists like: plan in (pro, team)")
    if "OR" in accepted and token.type == "RPAR":
        return Sentence("There is no opening parenthesis for it.")
    if "OR" in accepted and token.type == "WORD":
        slip = did_you_mean(token.lower(), ("and", "or")) if len(token) <= len("and") else NOTHING
        words = f"{_word_before(token, source)} {token}"
        return slip or Sentence('A value of several words needs quotes: "{words}"', words=words)
    return NOTHING


def _word_before(token: Token, source: str) -> str:
    words = source[: token.start_pos].split()
    return words[-1].lstrip("(=<>!\u2260\u2264\u2265") if words else ""
