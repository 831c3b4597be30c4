"""The rules say no, with a sentence for the person."""

from __future__ import annotations


class Refusal(Exception):
    """A service refuses. `key` names the wording in `bot/texts`, `values` fill its placeholders; the transaction is undone."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values
