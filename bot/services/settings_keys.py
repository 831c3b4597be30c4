"""Which settings there are: how each is typed, checked and shown, and where it stands in `Setup`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from bot import texts
from bot.sentences import SentenceError
from bot.services import support_hours
from bot.services.refusal import Refusal
from bot.services.setup import Setup
from bot.services.storable import storable

#: Characters of a text that users are shown.
LONGEST = 1000
#: Working hours of a desk that never closes.
ALWAYS = "always"
#: Holidays of a desk that keeps none.
NONE = "none"
#: What is typed by whoever takes the text that users read for a switch.
SWITCHES = frozenset({"on", "yes", "true", "1", "an", "ein", "ja"})
#: Minutes of a year: more than anybody waits.
MOST_MINUTES = 60 * 24 * 365


@dataclass(frozen=True, slots=True)
class Key:
    """One setting. Values are texts, as they are typed and kept."""

    #: What was typed in the form in which it is kept. Raises a Refusal that says how to write it.
    read: Callable[[str], str]
    #: The setup with a value that `read` has returned.
    put: Callable[[Setup, str], Setup]
    #: What holds in a setup, in the form of `read`; "" where nothing is set.
    shown: Callable[[Setup], str]


def _zone(typed: str) -> str:
    try:
        return ZoneInfo(typed).key
    except (KeyError, ValueError, OSError):
        raise Refusal("settings.no_zone", value=typed) from None


def _language(typed: str) -> str:
    if (wanted := typed.lower()) not in texts.languages():
        raise Refusal("settings.no_language", value=typed, known=", ".join(sorted(texts.languages())))
    return wanted


def _rate(typed: str) -> str:
    try:
        rate = float(typed.replace(",", "."))
    except ValueError:
        rate = -1.0
    if not 0.1 <= rate <= 1000:
        raise Refusal("settings.no_rate", value=typed)
    return f"{rate:g}"


def _text(typed: str) -> str:
    if not 0 < len(typed) <= LONGEST:
        raise Refusal("settings.no_text", limit=LONGEST)
    if typed.strip().lower() in SWITCHES:
        raise Refusal("settings.no_switch", value=typed)
    return storable(typed)


def _group(typed: str) -> str:
    try:
        number = int(typed)
    except ValueError:
        number = 1
    if not -(2**52) < number <= 0:
        raise Refusal("settings.no_group", value=typed)
    return str(number)


def _put_group(setup: Setup, value: str) -> Setup:
    return replace(setup, support=replace(setup.support, group_id=int(value)))


def _hours(typed: str) -> str:
    """Lines with ";" between them; "always" for a desk that never closes."""
    if typed.lower() == ALWAYS:
        return ALWAYS
    try:
        return "; ".join(support_hours.read(typed.split(";")).written) or ALWAYS
    except SentenceError as error:
        raise Refusal("settings.no_hours", why=error) from None


def _put_hours(setup: Setup, value: str) -> Setup:
    week = support_hours.read(() if value == ALWAYS else value.split(";"))
    hours = replace(week, holidays=setup.support.hours.holidays)
    return replace(setup, support=replace(setup.support, hours=hours))


def _holidays(typed: str) -> str:
    """Days with ";" between them; "none" for a desk that keeps no holidays."""
    if typed.lower() == NONE:
        return NONE
    try:
        return "; ".join(support_hours.read((), typed.split(";")).holidays.written) or NONE
    except SentenceError as error:
        raise Refusal("settings.no_holidays", why=error) from None


def _put_holidays(setup: Setup, value: str) -> Setup:
    found = support_hours.read((), () if value == NONE else value.split(";")).holidays
    hours = replace(setup.support.hours, holidays=found)
    return replace(setup, support=replace(setup.support, hours=hours))


def _minutes(typed: str) -> str:
    try:
        minutes = int(typed)
    except ValueError:
        minutes = -1
    if not 0 <= minutes <= MOST_MINUTES:
        raise Refusal("settings.no_minutes", value=typed, limit=MOST_MINUTES)
    return str(minutes)


def _span(field: str) -> Key:
    """A span of the desk's rules, in minutes; 0: off."""

    def put(setup: Setup, value: str) -> Setup:
        changed: dict[str, Any] = {field: timedelta(minutes=int(value))}
        return replace(setup, support=replace(setup.support, **changed))

    def shown(setup: Setup) -> str:
        return str(getattr(setup.support, field) // timedelta(minutes=1))

    return Key(_minutes, put, shown)


KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "time_zone": Key(
            _zone, lambda setup, value: replace(setup, zone=ZoneInfo(value)), lambda setup: setup.zone.key
        ),
        "language": Key(_language, lambda setup, value: replace(setup, language=value), lambda setup: setup.language),
        "push_rate": Key(
            _rate, lambda setup, value: replace(setup, push_rate=float(value)), lambda setup: f"{setup.push_rate:g}"
        ),
        "maintenance": Key(
            _text, lambda setup, value: replace(setup, maintenance=value), lambda setup: setup.maintenance
        ),
        "support_hours": Key(_hours, _put_hours, lambda setup: "; ".join(setup.support.hours.written) or ALWAYS),
        "support_holidays": Key(
            _holidays, _put_holidays, lambda setup: "; ".join(setup.support.hours.holidays.written) or NONE
        ),
        "support_remind": _span("remind_after"),
        "support_escalate": _span("escalate_after"),
        "support_owner": _span("owner_after"),
        "support_return": _span("return_after"),
        "support_warning": _span("return_warning"),
        "support_group": Key(_group, _put_group, lambda setup: str(setup.support.group_id)),
    }
)
