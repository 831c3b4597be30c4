"""What is done besides talking, in a few words: for plays, where it is told instead of done."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime

from bot.flow.effects import Effect
from bot.flow.phrases import ENGLISH

_PLACE = re.compile(r"\{([a-z_]+)\}")
_BETWEEN_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")


def described(effect: Effect, words: Mapping[str, str] = ENGLISH.effects) -> str:
    """An effect other than a message. `words` are `Phrases.effects`; their places are the fields of the effects."""
    return _PLACE.sub(lambda place: _said(getattr(effect, place[1])), words[key_of(effect, words)])


def key_of(effect: Effect, words: Mapping[str, str]) -> str:
    """The key of an effect's wording: its name, and what it has that is told differently."""
    name = _BETWEEN_WORDS.sub("_", type(effect).__name__).lower()
    told = (f"{name}_{one.name}" for one in fields(effect) if getattr(effect, one.name))
    return next((key for key in told if key in words), name)


def _said(value: object) -> str:
    match value:
        case str():
            return value
        case bool():
            return str(value)
        case float():
            return f"{value:.15g}"
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return json.dumps(value, ensure_ascii=False)
