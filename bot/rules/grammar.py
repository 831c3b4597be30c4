"""The grammar of rules. A new operator starts here; ``build.py`` gives it its meaning."""

from __future__ import annotations

from functools import cache

from lark import Lark

#: Straight and curly quotes are the same: phones write what they like.
QUOTES = '"\u201c\u201d\u201e\u201f'
#: A character that can stand in a word without quotes.
LETTER = rf"[^\s{QUOTES}\u00ab\u00bb(),;=!<>\u2264\u2265\u2260]"
#: The place between a word and what follows it.
_END = f"(?!{LETTER})"

#: Words of the language. They mean something only where one is expected, so a value may be called "set" or "days".
KEYWORDS = {
    "AND": "and",
    "OR": "or",
    "NOT": "not",
    "IN": "in",
    "GROUP": "group",
    "IS": "is",
    "SET": "set",
    "BETWEEN": "between",
    "CONTAINS": "contains",
    "STARTS_WITH": "starts with",
    "ENDS_WITH": "ends with",
    "BEFORE": "before",
    "AFTER": "after",
    "WITHIN": "within",
    "THE": "the",
    "LAST": "last",
    "NEXT": "next",
}

_RULES = r"""
start: any
?any: all (OR all)*
?all: no (AND no)*
?no: NOT no -> negated
   | "(" any ")"
   | test

?test: WORD -> bare
     | WORD SIGN value -> compare
     | WORD IS NOT? value -> equals
     | WORD NOT? (CONTAINS | STARTS_WITH | ENDS_WITH | BEFORE | AFTER) value -> compare
     | WORD NOT? BETWEEN value AND value -> between
     | WORD NOT? IN "(" value ("," value)* ")" -> one_of
     | WORD IS NOT? SET -> is_set
     | WORD NOT? WITHIN THE? (LAST | NEXT)? WORD WORD? -> within
     | IN GROUP value -> in_group

?value: WORD | STRING | SINGLE | MOMENT

SIGN: /==|=|!=|\u2260|<>|<=|\u2264|>=|\u2265|<|>/
"""

_TERMINALS = [
    *(rf"{name}.2: /{words.replace(' ', chr(92) + 's+')}{_END}/i" for name, words in KEYWORDS.items()),
    # A word that joins conditions is never a value: "city = and age > 3" lacks one.
    rf"WORD: /(?!(?:and|or|not){_END}){LETTER}+/i",
    rf"STRING: /[{QUOTES}](?:[^{QUOTES}\\\n]|\\.)*[{QUOTES}]|\u00ab(?:[^\u00bb\\\n]|\\.)*\u00bb/",
    rf"SINGLE.3: /['\u2018\u2019](?:[^'\u2018\u2019\\\n]|\\.)*['\u2018\u2019]{_END}/",
    rf"MOMENT.3: /\d{{4}}-\d\d?-\d\d?\s+\d\d?:\d\d(?::\d\d)?{_END}/",
    r"%ignore /\s+/",
]


@cache
def parser() -> Lark:
    """The parser, built once. A keyword is one only where the grammar expects it (contextual lexer)."""
    return Lark(_RULES + "\n".join(_TERMINALS) + "\n", parser="lalr", lexer="contextual", maybe_placeholders=False)
