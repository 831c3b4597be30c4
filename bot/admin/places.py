"""Places in a list of users as a button carries them: a moment in microseconds since 1970 and an id."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.services.audience_order import Key
from bot.services.refusal import Refusal

_START = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def key_of(moment: int | None, user_id: int | None) -> Key | None:
    """The place in a button; None: the beginning. Raises a Refusal for a moment beyond the calendar."""
    if moment is None or user_id is None:
        return None
    try:
        return Key(user_id, _START + moment * _MICROSECOND)
    except OverflowError as error:
        raise Refusal("ui.old") from error


def moment_of(key: Key) -> int | None:
    """The moment of a place, as a button carries it."""
    return (key.at - _START) // _MICROSECOND if key.at is not None else None
