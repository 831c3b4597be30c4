"""A seeded crowd: users with about 12 variables each, as uneven as people are, in rows ready to be stored."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import Any, TypeAlias

from bot.rules import Type, to_number

#: When the crowd is looked at.
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
#: Users that are made, and stored, at once.
PIECE = 10_000
FIRST_ID = 100_000_000
_SEED = 20_261_122

Row: TypeAlias = tuple[Any, ...]
Draw: TypeAlias = Callable[[random.Random, int], Sequence[Any]]

USER_COLUMNS = (
    "id", "first_name", "last_name", "username", "search", "language", "email", "source",
    "first_name_folded", "last_name_folded", "username_folded", "language_folded", "email_folded", "source_folded",
    "joined_at", "last_seen_at", "bot_off_since", "blocked_at", "gone_at", "unsubscribed_at",
)  # fmt: skip
VALUE_COLUMNS = ("user_id", "variable_id", "text", "folded", "number")
TAG_COLUMNS = ("user_id", "tag")


@dataclass(frozen=True, slots=True)
class Kind:
    """A variable: how many of the users have it, and how values are drawn for a number of users."""

    name: str
    type: Type
    share: float
    draw: Draw


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of one piece of the crowd, each in the order of its table's key."""

    users: list[Row]
    values: list[Row]
    tags: list[Row]


def _uneven(words: Sequence[Any], steepness: float = 1.0) -> Draw:
    """The first words often, the last ones rarely: the n-th with a weight of 1/n to the steepness."""
    weights = list(accumulate(1 / (number + 1) ** steepness for number in range(len(words))))
    return lambda dice, size: dice.choices(words, cum_weights=weights, k=size)


def _weighted(**weights: int) -> Draw:
    words, ends = list(weights), list(accumulate(weights.values()))
    return lambda dice, size: dice.choices(words, cum_weights=ends, k=size)


def _each(one: Callable[[random.Random], Any]) -> Draw:
    return lambda dice, size: [one(dice) for _ in range(size)]


def _whole(low: int, high: int) -> Draw:
    return lambda dice, size: dice.choices(range(low, high), k=size)


def _days(first: date, last: date) -> Draw:
    return _whole(int(to_number(first, Type.DATE)), int(to_number(last, Type.DATE)))


_NOW_NUMBER = to_number(NOW, Type.DATETIME)
_CITIES = [f"city{number}" for number in range(500)]
_COMPANIES = [f"company {number} {kind}" for number in range(10_000) for kind in ("ltd", "ag")]
KINDS = (
    Kind("plan", Type.TEXT, 1.0, _weighted(free=800, pro=150, team=49, founder=1)),
    Kind("score", Type.NUMBER, 1.0, _whole(0, 10_000)),
    Kind("visits", Type.NUMBER, 1.0, _each(lambda dice: float(int(dice.paretovariate(0.7))))),
    Kind("nickname", Type.TEXT, 0.9, _each(lambda dice: f"nick{dice.randrange(10**9)}")),
    Kind("city", Type.TEXT, 0.9, _uneven(_CITIES)),
    Kind("newsletter", Type.BOOLEAN, 0.8, lambda dice, size: dice.choices((0.0, 1.0), (65, 35), k=size)),
    Kind("age", Type.NUMBER, 0.8, _each(lambda dice: float(max(12, min(99, int(dice.gauss(36, 12))))))),
    Kind("device", Type.TEXT, 0.8, _weighted(android=60, iphone=30, desktop=9, web=1)),
    Kind("interest", Type.TEXT, 0.7, _uneven([f"interest{number}" for number in range(60)])),
    Kind("country", Type.TEXT, 0.7, _uneven([f"country{number}" for number in range(150)], 1.3)),
    Kind("birthday", Type.DATE, 0.6, _days(date(1950, 1, 1), date(2012, 1, 1))),
    Kind("job", Type.TEXT, 0.6, _uneven([f"job {number}" for number in range(1_000)], 0.9)),
    Kind("level", Type.NUMBER, 0.5, _uneven([float(number) for number in range(1, 51)])),
    Kind("company", Type.TEXT, 0.4, _uneven(_COMPANIES, 0.7)),
    Kind("last_order", Type.DATETIME, 0.35, _each(lambda dice: _NOW_NUMBER - int(dice.expovariate(1 / 8_640_000)))),
    Kind("spent", Type.NUMBER, 0.35, _each(lambda dice: round(dice.paretovariate(1.1) * 10, 2))),
    Kind("coupon", Type.TEXT, 0.25, _uneven([f"save{number}" for number in range(300)])),
    Kind("wants_call", Type.BOOLEAN, 0.2, lambda dice, size: [1.0] * size),
    Kind("shoe_size", Type.NUMBER, 0.1, _whole(35, 49)),
    Kind("invited_by", Type.NUMBER, 0.05, _each(lambda dice: float(FIRST_ID + int(dice.paretovariate(0.4)) % 10**6))),
    Kind("secret", Type.TEXT, 0.0001, lambda dice, size: ["found"] * size),
)
_ROOTS = ("Ann", "Mar", "Jos", "Petr", "Mat", "Lu", "Nin", "Emm", "Sar", "Vik", "Pau", "Le", "Jul", "Tom", "Kar")
_FIRST = [root + end for end in ("a", "us", "ine", "o", "el", "ira") for root in _ROOTS]
_STEMS = ("Berg", "Stein", "Wald", "Mos", "Hof", "Kov", "Lind", "Rein", "Fisch", "Schul")
_LAST = [stem + end for stem in _STEMS for end in ("er", "mann", "ic", "ov", "gren", "hart", "ner", "ski", "berg", "z")]
_TAGS = [f"tag{number}" for number in range(40)]
_first, _last, _tag = _uneven(_FIRST, 0.6), _uneven(_LAST, 0.6), _uneven(_TAGS)
_language = _weighted(en=40, de=25, ru=15, es=10, it=6, fr=3, eo=1)
_source = _uneven([f"campaign{number}" for number in range(50)])


def crowd(people: int) -> Iterator[Piece]:
    """So many users with all that is theirs; the same ones every time."""
    dice = random.Random(_SEED)
    for first in range(0, people, PIECE):
        ids = range(FIRST_ID + first, FIRST_ID + min(first + PIECE, people))
        yield Piece(_users(dice, ids, people), _values(dice, ids), _tags(dice, ids))


def _users(dice: random.Random, ids: range, people: int) -> list[Row]:
    size = len(ids)
    names = zip(_first(dice, size), _last(dice, size), _language(dice, size), _source(dice, size), strict=True)
    return [_user(dice, id, *words, (id - FIRST_ID) / people) for id, words in zip(ids, names, strict=True)]


def _user(dice: random.Random, id: int, first: str, last: str, language: str, source: str, age: float) -> Row:
    """Ids rise with time: `age` is how far in the list this one stands, 0 for the oldest."""
    family = last if dice.random() < 0.7 else None
    username = f"{first}_{id % 1_000_003}" if dice.random() < 0.6 else None
    email = f"{first}.{id}@example.com".lower() if dice.random() < 0.25 else None
    came_from = source if dice.random() < 0.3 else None
    words = (first, family, username, language, email, came_from)
    folded = tuple(word and word.lower() for word in words)
    joined = NOW - timedelta(seconds=(1 - age) * 94_000_000 + dice.random() * 900_000 + 900_000)
    seen = max(joined, NOW - timedelta(seconds=dice.expovariate(1 / 8_000_000) + 1))
    search = " ".join(word for word in folded[:3] if word)
    return (id, first, family, username, search, language, email, came_from, *folded, joined, seen, *_marks(dice, seen))


def _marks(dice: random.Random, seen: datetime) -> tuple[datetime | None, ...]:
    """Bot switched off, blocked, gone, unsubscribed."""
    return tuple(seen if dice.random() < share else None for share in (0.001, 0.08, 0.01, 0.03))


def _values(dice: random.Random, ids: range) -> list[Row]:
    rows: list[Row] = []
    for variable_id, kind in enumerate(KINDS, 1):
        whose = ids if kind.share == 1 else [id for id in ids if dice.random() < kind.share]
        drawn = zip(whose, kind.draw(dice, len(whose)), strict=True)
        if kind.type is Type.TEXT:
            rows += [(id, variable_id, text, text, None) for id, text in drawn]
        else:
            rows += [(id, variable_id, str(number), None, number) for id, number in drawn]
    rows.sort(key=lambda row: row[:2])
    return rows


def _tags(dice: random.Random, ids: range) -> list[Row]:
    pairs = {(id, tag) for _ in range(2) for id, tag in zip(ids, _tag(dice, len(ids)), strict=True) if id % 5 < 3}
    return sorted(pairs)
