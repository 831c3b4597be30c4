"""The rules say no, with a sentence for the person."""

from __future__ import annotations


class Refusal(Exception):
    """A service refuses, and the transaction is undone.

    `key` names the wording in `bot/texts`, `values` fill its placeholders.
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values
