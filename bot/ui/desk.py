"""The desk: all that a page or an action has at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot import texts
from bot.sentences import Told
from bot.services.roles import Actor
from bot.services.setup import Setup
from bot.ui import times
from bot.ui.html import Words, words

#: What is nearer than this is not counted in seconds.
_JUST_NOW = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Desk:
    """Who acts, when, and on what. A page's session cannot write."""

    db: Session
    actor: Actor
    now: datetime
    setup: Setup
    #: What a begun wizard has put together so far, for the action that takes the next typed message.
    draft: Mapping[str, Any] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """The language of this person's screens."""
        return texts.nearest(self.actor.language or self.setup.language)

    def say(self, key: str, **values: object) -> Words:
        """A wording in that language; texts among the values are cleaned. Raises KeyError for what does not exist."""
        cleaned = {name: self._cleaned(value) for name, value in values.items()}
        return Words(texts.say(self.language, key, **cleaned))

    def _cleaned(self, value: object) -> object:
        if isinstance(value, Told):
            return words(value.told(self.language))
        return words(value) if isinstance(value, str) else value

    def time(self, moment: datetime) -> Words:
        """A moment in full, in the bot's zone with its name."""
        return Words(times.full(moment, self.setup.zone, self.language))

    def short_time(self, moment: datetime) -> Words:
        """A moment for lists: day and hour in the bot's zone, which the head of the list names."""
        return Words(times.short(moment, self.setup.zone, self.language))

    def ago(self, moment: datetime) -> Words:
        """How far away a moment is: "just now", "2 hours ago", "in 9 days"."""
        if abs(moment - self.now) < _JUST_NOW:
            return self.say("ui.just_now")
        return Words(times.distance(moment, self.now, self.language))
