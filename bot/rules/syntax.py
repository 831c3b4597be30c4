"""What the parser stumbled over, said for a person."""

from __future__ import annotations

import re
from collections.abc import Set
from difflib import get_close_matches

from lark import Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from bot.rules.errors import Problem, did_you_mean, lines_of
from bot.rules.grammar import KEYWORDS, parser

#: What can be expected, from the most telling: the first whose terminals are all expected is said.
_EXPECTED = (
    ({"LPAR", "NOT"}, "Here a condition is expected.", "For instance: city = Vienna"),
    ({"STRING"}, "Here a value is expected.", 'For instance: Vienna, 18, "New York"'),
    ({"SIGN", "CONTAINS"}, 'After the field comes a comparison, like "=".', "For instance: city = Vienna"),
    (
        {"WITHIN", "BETWEEN"},
        'After "not" comes contains, between, in, within.',
        "For instance: plan not in (pro, team)",
    ),
    ({"COMMA"}, 'Here "," or ")" is expected.', "For instance: plan in (pro, team)"),
    ({"LPAR"}, 'After "in" comes a list in parentheses.', "For instance: plan in (pro, team)"),
    ({"GROUP"}, 'After "in" comes the word group.', 'For instance: in group "VIP"'),
    ({"RPAR"}, 'Here "and", "or" or ")" is expected.', ""),
    ({"OR"}, 'Here "and", "or" or the end is expected.', ""),
    ({"AND"}, 'Here "and" is expected.', "For instance: age between 18 and 30"),
    ({"WORD"}, "Here a length of time is expected.", "For instance: last_seen within 7 days"),
)
_OPERATORS = [words for name, words in KEYWORDS.items() if name not in {"AND", "OR", "NOT", "THE", "LAST", "NEXT"}]
_QUOTE = re.compile('["\u201c\u201d\u201e\u201f\u00ab\u00bb]')


def explain(error: UnexpectedInput, source: str) -> Problem:
    """The problem behind an error of the parser, at the word it is about."""
    if isinstance(error, UnexpectedToken):
        return _wrong_word(error.token, frozenset(error.accepts or error.expected), source)
    assert isinstance(error, UnexpectedCharacters)
    if _QUOTE.match(error.char):
        hint = "Close it with the same quote." if error.char not in "\u00bb" else ""
        return Problem(error.line, error.column, "This quote is not closed.", hint)
    message, hint = _expectation(_accepted_after(source[: error.pos_in_stream]))
    return Problem(error.line, error.column, f'"{error.char}" does not fit here. {message}', hint)


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


def _at_end(source: str, message: str, hint: str) -> Problem:
    """The rule stops too early: the caret stands right behind its last word."""
    written = lines_of(source.rstrip())
    return Problem(len(written), len(written[-1]) + 1, f"The rule ends too early. {message}", hint)


def _expectation(accepted: Set[str]) -> tuple[str, str]:
    for terminals, message, hint in _EXPECTED:
        if terminals <= accepted:
            return message, hint
    return "The rule should end here.", ""


def _better_hint(token: Token, accepted: Set[str], source: str) -> str:
    """A fix for the common slips: a value of two words, a decimal comma, ``starts`` without ``with``."""
    if "SIGN" in accepted:
        near = get_close_matches(token.lower(), _OPERATORS, n=1, cutoff=0.6)
        return f'Did you mean "{near[0]}"?' if near else ""
    if "OR" in accepted and token.type == "COMMA":
        return "Write decimals with a point, and lists like: plan in (pro, team)"
    if "OR" in accepted and token.type == "RPAR":
        return "There is no opening parenthesis for it."
    if "OR" in accepted and token.type == "WORD":
        slip = did_you_mean(token.lower(), ("and", "or")) if len(token) <= len("and") else ""
        return slip or f'A value of several words needs quotes: "{_word_before(token, source)} {token}"'
    return ""


def _word_before(token: Token, source: str) -> str:
    words = source[: token.start_pos].split()
    return words[-1].lstrip("(=<>!\u2260\u2264\u2265") if words else ""
