"""What an operator has decided about all pushes, as one value: how often, when, and who has to agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which nobody gets a push, by the clock of whoever would get it. They may go over midnight."""

    begin: time
    end: time


@dataclass(frozen=True, slots=True)
class PushTerms:
    """Read from the config at start; what admins change in the chat stands over it."""

    #: Pushes that anybody gets in seven days; 0: as many as there are.
    weekly_cap: int = 0
    quiet: Quiet | None = None
    #: The variable in which people have the name of their own zone; empty: everybody has the bot's.
    zone_variable: str = ""
    #: From so many people on a second admin has to agree; 0: never.
    approve_from: int = 0
    #: Messages a second that Telegram takes for nothing; what a push sends faster is paid for.
    free_rate: float = 30.0
