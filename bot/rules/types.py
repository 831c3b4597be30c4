"""The types of fields, the fields every user has, and how values become numbers that compare alike everywhere."""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import TypeAlias


class Type(enum.StrEnum):
    """What a field holds; decides which operators fit and how a written value is read."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"


#: What a field of a user may hold in memory. A datetime is aware.
Fact: TypeAlias = str | float | bool | date | time | datetime

#: Fields that every user has; they are read-only and their names cannot be declared. ``tag`` holds any number of texts.
SYSTEM_FIELDS: Mapping[str, Type] = MappingProxyType(
    {
        "id": Type.NUMBER,
        "first_name": Type.TEXT,
        "last_name": Type.TEXT,
        "username": Type.TEXT,
        "language": Type.TEXT,
        "phone": Type.TEXT,
        "email": Type.TEXT,
        "source": Type.TEXT,
        "joined": Type.DATETIME,
        "last_seen": Type.DATETIME,
        "bot_active": Type.BOOLEAN,
        "blocked": Type.BOOLEAN,
        "gone": Type.BOOLEAN,
        "unsubscribed": Type.BOOLEAN,
        "muted": Type.BOOLEAN,
        "banned": Type.BOOLEAN,
        "tag": Type.TEXT,
    }
)

#: Words with a meaning of their own at the start of a condition, so no field can be called like that.
RESERVED_NAMES = frozenset({"and", "or", "not", "in"})

_FIRST_DAY = date(1970, 1, 1)
_FIRST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)


def to_number(value: Fact, type: Type) -> float:
    """The number a value lives as, in memory and in the database.

    A number is itself, a boolean 1 or 0, a date the days since 1970-01-01, a time the seconds since midnight, a
    datetime the seconds since 1970-01-01 00:00 UTC. Raises ValueError where the value does not fit the type.
    """
    match type, value:
        case Type.BOOLEAN, bool():
            return float(value)
        case Type.NUMBER, int() | float() if math.isfinite(value):
            return float(value)
        case Type.DATETIME, datetime() if value.tzinfo is not None:
            return (value - _FIRST_MOMENT) / timedelta(seconds=1)
        case Type.DATE, date() if not isinstance(value, datetime):
            return float((value - _FIRST_DAY).days)
        case Type.TIME, time():
            return value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
    raise ValueError(f"{value!r} does not fit the type {type}")


def from_number(number: float, type: Type) -> float | bool | date | time | datetime:
    """The way back from ``to_number``; a datetime is in UTC. Raises ValueError for text and days out of range."""
    try:
        return _from_number(number, type)
    except OverflowError as error:
        raise ValueError(f"{number!r} is out of range for the type {type}") from error


def _from_number(number: float, type: Type) -> float | bool | date | time | datetime:
    match type:
        case Type.NUMBER:
            return float(number)
        case Type.BOOLEAN:
            return number != 0
        case Type.DATE:
            return _FIRST_DAY + timedelta(days=math.floor(number))
        case Type.TIME:
            return (_FIRST_MOMENT + timedelta(microseconds=round(number * 1e6))).time()
        case Type.DATETIME:
            return _FIRST_MOMENT + timedelta(microseconds=round(number * 1e6))
        case Type.TEXT:
            raise ValueError("a text does not live as a number")
