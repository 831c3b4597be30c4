"""The one way texts are folded before they are compared, so that memory and every database agree."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: Characters of a folded text that count. Keeps an index entry under PostgreSQL's limit of 2,704 bytes.
FOLDED_LENGTH = 500

#: Invisible, though Unicode files them under letters and marks: joiners, fillers, variation selectors.
_INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_DROPPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs"})
#: Turkish writes four i's where others write two; which of them was meant cannot be seen from the text.
_DOTTED_I = "i\u0307"
_DOTLESS_I = "\u0131"


def fold(text: str) -> str:
    """The form of a text in which equal means equal for a person.

    Case goes (``ß`` is ``ss``, every Turkish ``i`` is ``i``), look-alike forms become one (NFKC: a letter with its
    combining mark is the composed letter, wide letters are letters), digits of any script become 0–9, runs of blanks
    become one and those around go. Control and direction marks, NUL and lone surrogates go too, so the result can be
    stored anywhere.
    Accents stay: ``Zürich`` is not ``Zurich``. Folding twice changes nothing; only the first 500 characters count.
    """
    plain = text.isascii() and text.isprintable()
    folded = " ".join(text.lower().split()) if plain else _settle(text)
    return folded[:FOLDED_LENGTH].rstrip()


def _settle(text: str) -> str:
    """Repeat until nothing changes: what one step uncovers (a sign that becomes capitals), the next one folds."""
    while (folded := _step(text)) != text:
        text = folded
    return text


def _step(text: str) -> str:
    text = "".join(_simple(letter) for letter in unicodedata.normalize("NFKC", text))
    text = unicodedata.normalize("NFKC", text.casefold())
    text = text.replace(_DOTTED_I, "i").replace(_DOTLESS_I, "i")
    return " ".join(text.split())


@lru_cache(maxsize=4096)
def _simple(letter: str) -> str:
    """One letter: a digit of any script as 0–9, nothing for what cannot be seen, else itself."""
    if letter.isspace():
        return " "
    if unicodedata.category(letter) in _DROPPED_CATEGORIES or _INVISIBLE.match(letter):
        return ""
    digit = unicodedata.decimal(letter, None)
    return letter if digit is None else str(digit)
