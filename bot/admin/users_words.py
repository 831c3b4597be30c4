"""The orders of the list of users, as buttons and files name them."""

from __future__ import annotations

from bot.admin.places import key_of
from bot.services.audience_order import Key, Sort
from bot.services.refusal import Refusal

#: A button carries the place of an order in here.
SORTS = (Sort.LAST_SEEN, Sort.JOINED, Sort.NAME)


def sort_of(number: int) -> Sort:
    """The order that a button names. Raises a Refusal for one there is not."""
    if not 0 <= number < len(SORTS):
        raise Refusal("ui.old")
    return SORTS[number]


def place_of(sort: Sort, moment: int | None, user_id: int | None) -> Key | None:
    """The place in a list that a button names; in a list by name a place has no moment. None: the beginning."""
    if sort is Sort.NAME:
        return Key(user_id) if user_id is not None else None
    return key_of(moment, user_id)
