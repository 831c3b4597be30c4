"""The engine's own sentences, in the languages that the bot has words for."""

from __future__ import annotations

from dataclasses import fields
from functools import cache

from bot import texts
from bot.flow.phrases import Phrases


def phrases(language: str | None) -> Phrases:
    """The engine's sentences in the language that comes closest to a tag such as "de-AT"."""
    return _phrases(texts.nearest(language))


@cache
def _phrases(language: str) -> Phrases:
    wordings = texts.wordings(language)
    names = [field.name for field in fields(Phrases) if field.name not in {"retry", "effects", "kinds"}]
    retry = {name: wordings[f"retry.{name}"]["other"] for name in Phrases().retry}
    effects = {name: wordings[f"effects.{name}"]["other"] for name in Phrases().effects}
    kinds = {name: wordings[f"kinds.{name}"]["other"] for name in Phrases().kinds}
    plain = {name: wordings[f"phrases.{name}"]["other"] for name in names}
    return Phrases(**plain, retry=retry, effects=effects, kinds=kinds)
