"""How the desk is run, as one value: when somebody is there, when staff are reminded, when the bot returns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.services.support_hours import Hours

_ALWAYS, _OFF = Hours(), timedelta()


@dataclass(frozen=True, slots=True)
class SupportRules:
    """All spans are working time; zero switches the thing off."""

    hours: Hours = _ALWAYS
    #: After so long without an answer: a word to whoever has the request, to all staff, to the owners.
    remind_after: timedelta = _OFF
    escalate_after: timedelta = _OFF
    owner_after: timedelta = _OFF
    #: After so long without a word from either side the bot returns by itself.
    return_after: timedelta = _OFF
    #: So long before that staff are warned.
    return_warning: timedelta = _OFF
    #: The staff group, whose topics are the requests; 0: there is none.
    group_id: int = 0

    @property
    def watches(self) -> bool:
        """Whether anything happens by itself while people wait."""
        return any((self.remind_after, self.escalate_after, self.owner_after))
