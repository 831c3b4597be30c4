"""Moments as people read them: in the bot's zone, with its name, in their language."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_timedelta

_FEW, _MANY = 1.2, 8.4


def full(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """ "Tue 1 Dec 2026, 09:00 Europe/Vienna"."""
    return f"{_formatted(moment, 'EEE d MMM yyyy, HH:mm', zone, language)} {zone.key}"


def short(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """ "1 Dec, 09:00": for lists whose head names the zone."""
    return _formatted(moment, "d MMM, HH:mm", zone, language)


def distance(moment: datetime, now: datetime, language: str) -> str:
    """ "in 9 days", "2 hours ago"."""
    return str(format_timedelta(moment - now, add_direction=True, threshold=_threshold(moment - now), locale=language))


def age(since: datetime, now: datetime, language: str) -> str:
    """ "2 hours": how long something has lasted."""
    return str(format_timedelta(now - since, threshold=_threshold(now - since), locale=language))


def _threshold(span: timedelta) -> float:
    """How many of a unit there must be to count in it: days stay days for two months, nobody plans by "1 week"."""
    return _MANY if abs(span) >= timedelta(days=_MANY) else _FEW


def _formatted(moment: datetime, pattern: str, zone: ZoneInfo, language: str) -> str:
    return str(format_datetime(moment.astimezone(zone), pattern, locale=language))
