"""Whole numbers as they come in requests."""

from __future__ import annotations

import re

_WHOLE = re.compile(r"-?[0-9]{1,18}")


def whole(value: object) -> int | None:
    """The integer a value is or spells, of at most 18 digits; None for anything else."""
    if isinstance(value, int):
        return int(value)
    return int(value) if isinstance(value, str) and _WHOLE.fullmatch(value) else None
