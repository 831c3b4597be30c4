"""The folded twins of a person's own texts: whoever writes one of them writes its twin, and rules compare the twins."""

from __future__ import annotations

from bot.rules import SYSTEM_FIELDS, Type, fold

#: Columns of `users` that have a twin, named like the field of the rule language.
FOLDED_FIELDS = tuple(name for name, type in SYSTEM_FIELDS.items() if type is Type.TEXT and name != "tag")


def twin(field: str) -> str:
    """The name of the column that keeps the folded twin."""
    return f"{field}_folded"


def folded_twins(**texts: str | None) -> dict[str, str | None]:
    """The twins of these columns of `users`, by column: `language="DE"` gives `language_folded="de"`.

    Null where there is nothing to compare. Raises KeyError for a column that has no twin.
    """
    for name in texts:
        if name not in FOLDED_FIELDS:
            raise KeyError(name)
    return {twin(name): fold(text or "") or None for name, text in texts.items()}
