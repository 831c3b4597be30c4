"""Numbers, dates and times as people write them, and as they are said back to them, in their language."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time, get_month_names
from babel.numbers import NumberFormatError, format_decimal, parse_decimal

from bot.flow.spoken import bare_day, spoken_day, spoken_time
from bot.rules import fold

#: Nobody writes a longer number or date.
_LONGEST = 40
_NUMBER = re.compile(r"[+-]?[0-9][0-9.,' ]*|[+-]?[.,][0-9]+")
_DATE_PARTS = re.compile(r"(\d{1,4})\s*([./-])\s*(\d{1,2})(?:\s*[./-]\s*(\d{1,4})?)?")
_TIME = re.compile(r"(\d{1,2})(?:\s*(?:[:.h]|uhr)\s*(\d{2}))?\s*(?:([ap])\.?\s*m\.?)?(?:\s*(?:uhr|o'clock|h))?")


@lru_cache(maxsize=256)
def locale_of(language: str | None) -> Locale:
    """The locale for a language code of Telegram's ("de", "pt-br"); English where it is not known."""
    try:
        return Locale.parse((language or "en").replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return Locale("en")


def _plain_digits(text: str) -> str:
    """Digits of any script as 0–9, blanks as one space each, and the minus signs people type as a hyphen."""
    digits = (str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text.strip()[:_LONGEST])
    return re.sub(r"\s", " ", "".join(digits)).replace("−", "-").replace("’", "'")


def read_number(text: str, language: str | None) -> float | None:
    """A number as written in a language; where that fails as in English, then with the other decimal sign."""
    written = _plain_digits(text)
    if len(text.strip()) > _LONGEST or not _NUMBER.fullmatch(written):
        return None
    packed = re.sub(r"(?<=\d)[ '](?=\d{3}(?!\d))", "", written)
    for locale in (locale_of(language), Locale("en"), Locale("de")):
        try:
            return float(parse_decimal(packed.lstrip("+"), locale=locale, strict=True))
        except (NumberFormatError, ValueError):
            continue
    return None


def read_date(text: str, language: str | None, today: date) -> date | None:
    """A date as written in a language: 2026-12-31, 31.12.2026, 12/31/26, 31 December 2026, tomorrow, next Friday."""
    written, locales = fold(_plain_digits(text)), (Locale("en"), locale_of(language))
    if len(text.strip()) > _LONGEST or not written:
        return None
    if (day := spoken_day(written, locales, today)) is not None:
        return day
    bare = bare_day(written, locales)
    parts = _named_month(bare, language) or _numeric_date(bare, language)
    return _build(parts, today) if parts else None


def _numeric_date(written: str, language: str | None) -> tuple[int, int, int | None] | None:
    """Day, month and perhaps year of a date in digits."""
    match = _DATE_PARTS.fullmatch(written)
    if match is None:
        return None
    first, sign, second, third = match[1], match[2], int(match[3]), match[4]
    if len(first) > 2:
        return (int(third), second, int(first)) if third and len(third) <= 2 else None
    if third and len(third) not in {2, 4}:
        return None
    year = int(third) if third else None
    month_first = sign == "/" and _month_first(language)
    day, month = (second, int(first)) if month_first else (int(first), second)
    # A month above 12 was a day: nobody means anything else by 13/12 or 12/13.
    return (month, day, year) if month > 12 else (day, month, year)


@lru_cache(maxsize=256)
def _month_first(language: str | None) -> bool:
    pattern = str(locale_of(language).date_formats["short"].pattern).lower()
    return pattern.find("m") < pattern.find("d")


def _named_month(written: str, language: str | None) -> tuple[int, int, int | None] | None:
    """Day, month and perhaps year of a date with the month's name, in the language or in English."""
    words = written.replace(",", " ").replace(".", " ").split()
    months = [(place, _months(language).get(word)) for place, word in enumerate(words)]
    found = [(place, month) for place, month in months if month]
    numbers = [word.removesuffix("th").removesuffix("st").removesuffix("nd").removesuffix("rd") for word in words]
    digits = [int(word) for word in numbers if word.isdecimal()]
    if len(found) != 1 or not 1 <= len(digits) <= 2 or len(words) > 4:
        return None
    day, year = digits[0], digits[1] if len(digits) == 2 else None
    month = found[0][1] or 0
    return (year, month, day) if year is not None and day > 31 else (day, month, year)


@lru_cache(maxsize=256)
def _months(language: str | None) -> dict[str, int]:
    """Names of the months, long and short, folded and without dots."""
    names: dict[str, int] = {}
    for locale in (Locale("en"), locale_of(language)):
        for width in ("abbreviated", "wide"):
            for number, name in get_month_names(width, locale=locale).items():
                names[fold(name).rstrip(".")] = number
    return names


def _build(parts: tuple[int, int, int | None], today: date) -> date | None:
    day, month, year = parts
    year = today.year if year is None else year
    if year < 100:
        # Two digits mean the century that lies nearer: births are past, appointments soon.
        year += 2000 if year <= today.year % 100 + 20 else 1900
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_time(text: str) -> time | None:
    """A time of day: 14:30, 14.30, 14h30, 2 pm, 9 Uhr, half past three, halb vier."""
    written = fold(_plain_digits(text))
    match = _TIME.fullmatch(written.removeprefix("at ").removeprefix("um "))
    if match is None:
        return spoken_time(written)
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[3] == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def say_number(value: float, language: str | None) -> str:
    """A number in a language, without signs between the thousands: it may be a year or a card."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(format_decimal(value, format="0.##########", locale=locale_of(language), group_separator=False))


def say_count(value: float, language: str | None) -> str:
    """A number that counts or measures something, with the signs between the thousands."""
    number = int(value) if value.is_integer() else value
    return str(format_decimal(number, locale=locale_of(language)))


def say_day(value: date, language: str | None) -> str:
    """A date in a language, the month in letters."""
    return str(format_date(value, "medium", locale=locale_of(language)))


def say_time(value: time, language: str | None) -> str:
    """A time of day in a language."""
    return str(format_time(value, "short", locale=locale_of(language)))


def say_moment(value: datetime, language: str | None) -> str:
    """A moment in a language, in the zone it comes with."""
    return str(format_datetime(value, "medium", tzinfo=value.tzinfo, locale=locale_of(language)))
