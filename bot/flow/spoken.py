"""Times and days in words: half past three, halb vier, next Friday, in zwei Wochen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from functools import lru_cache

from babel import Locale
from babel.dates import get_day_names

from bot.rules import fold


def _numbers(words: str) -> dict[str, int]:
    return {word: number for number, many in enumerate(words.split(), 1) for word in many.split("/")}


_UNITS = _numbers("one/eins/ein/einer/einem/a/an two/zwei three/drei four/vier five/fünf six/sechs seven/sieben")
_UNITS |= {"eight": 8, "acht": 8, "nine": 9, "neun": 9, "ten": 10, "zehn": 10, "eleven": 11, "elf": 11}
_UNITS |= {"twelve": 12, "zwölf": 12, "fifteen": 15, "fünfzehn": 15, "twenty": 20, "zwanzig": 20}
_UNITS |= {"thirty": 30, "dreißig": 30, "dreissig": 30, "forty": 40, "vierzig": 40, "fifty": 50, "fünfzig": 50}
_UNITS |= {"quarter": 15, "viertel": 15, "fourteen": 14, "vierzehn": 14}
_NUMBER = rf"(?:{'|'.join(sorted(_UNITS, key=len, reverse=True))}|\d{{1,2}})"
_FILLING = {"at", "um", "gegen", "about", "around", "ca", "in", "the", "o'clock", "oclock", "uhr", "minutes", "minuten"}
_MORNING = {"am", "morning", "morgens", "früh", "vormittags", "vormittag", "morgen"}
_LATER = {"pm", "afternoon", "evening", "nachmittags", "nachmittag", "abends", "abend"}
_MIDDAY = {"noon": time(12), "midday": time(12), "mittag": time(12), "mittags": time(12)}
_MIDNIGHT = {"midnight": time(0), "mitternacht": time(0)}
_PAST, _BEFORE = r"(?:past|after|nach)", r"(?:to|before|vor)"
#: What may be said: the minutes from the hour in it, which stands in the group `hour`.
_TIMES = tuple(
    (re.compile(pattern), minutes)
    for pattern, minutes in (
        (rf"(?P<hour>{_NUMBER})", 0),
        (rf"half(?: past)? (?P<hour>{_NUMBER})", 30),
        (rf"halb (?P<hour>{_NUMBER})", -30),
        (rf"dreiviertel (?P<hour>{_NUMBER})", -15),
        (rf"viertel (?P<hour>{_NUMBER})", -45),
    )
)
_OFFSET = re.compile(rf"(?:a )?(?P<minutes>{_NUMBER}) (?P<way>{_PAST}|{_BEFORE}) (?P<half>halb )?(?P<hour>{_NUMBER})")
_BOTH = re.compile(rf"(?P<hour>{_NUMBER}) (?P<minutes>{_NUMBER})")
#: Up to this hour nobody means the night when they say a time in words.
_NIGHT = 6


def spoken_time(written: str) -> time | None:
    """A folded text as a time of day. Hours up to six mean the afternoon unless the morning is named."""
    words = written.replace("a.m.", "am").replace("p.m.", "pm").replace(",", " ").split()
    if len(words) == 1 and words[0] in _MIDDAY | _MIDNIGHT:
        return (_MIDDAY | _MIDNIGHT)[words[0]]
    kept = [word for word in words if word not in _FILLING | _MORNING | _LATER]
    minutes = _minutes(" ".join(kept))
    if minutes is None or not kept:
        return None
    hour, minute = divmod(minutes % (24 * 60), 60)
    if _LATER & {*words}:
        hour += 12 if hour < 12 else 0
    elif _MORNING & {*words}:
        hour = hour % 12 if hour == 12 else hour
    elif hour <= _NIGHT:
        hour += 12
    return time(hour, minute)


def _minutes(said: str) -> int | None:
    """Minutes since midnight of what was said."""
    for pattern, minutes in _TIMES:
        if found := pattern.fullmatch(said):
            return _hour(found, minutes)
    if (found := _OFFSET.fullmatch(said)) and _number(found["minutes"]) < 60:
        minutes = _number(found["minutes"]) * (1 if re.fullmatch(_PAST, found["way"]) else -1)
        return _hour(found, minutes - 30 if found["half"] else minutes)
    if (found := _BOTH.fullmatch(said)) and 10 <= _number(found["minutes"]) < 60:
        return _hour(found, _number(found["minutes"]))
    return None


def _hour(found: re.Match[str], minutes: int) -> int | None:
    hour = _number(found["hour"])
    return hour * 60 + minutes if hour <= 24 and found["hour"] not in {"a", "an", "quarter", "viertel"} else None


def _number(word: str) -> int:
    return _UNITS[word] if word in _UNITS else int(word)


_RELATIVE = {"yesterday": -1, "today": 0, "tomorrow": 1, "gestern": -1, "heute": 0, "morgen": 1, "übermorgen": 2}
_RELATIVE |= {"day after tomorrow": 2, "the day after tomorrow": 2, "vorgestern": -2}
_AHEAD = re.compile(rf"(?:heute |today )?in ({_NUMBER}) (days?|tag(?:en)?|weeks?|wochen?)(?: time)?")
_AROUND = {"on", "the", "of", "den", "dem", "der", "am", "next", "this", "coming"}
_AROUND |= {"nächsten", "nächster", "kommenden", "kommender", "diesen", "dieser"}


def spoken_day(written: str, locales: Iterable[Locale], today: date) -> date | None:
    """A folded text as a day: tomorrow, next Friday, in two weeks."""
    if written in _RELATIVE:
        return today + timedelta(days=_RELATIVE[written])
    if found := _AHEAD.fullmatch(written):
        return today + timedelta(days=_number(found[1]) * (7 if found[2].startswith("w") else 1))
    words = [word for word in written.split() if word not in _AROUND]
    weekday = weekdays(*locales).get(words[0].rstrip(".,")) if len(words) == 1 else None
    return None if weekday is None else today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def bare_day(written: str, locales: Iterable[Locale]) -> str:
    """A folded date without the words around it: the Friday, 1st of May → 1st may."""
    words = [word for word in written.replace(",", " ").split() if word not in _AROUND]
    if len(words) > 1 and words[0].rstrip(".") in weekdays(*locales):
        words = words[1:]
    return " ".join(words)


@lru_cache(maxsize=256)
def weekdays(*locales: Locale) -> Mapping[str, int]:
    """Names of the days of the week, long and short, folded and without dots; Monday is 0."""
    return {
        fold(name).rstrip("."): number
        for locale in locales
        for width in ("abbreviated", "wide")
        for number, name in get_day_names(width, locale=locale).items()
    }
