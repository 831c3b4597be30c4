"""What an operator has decided about all pushes, as one value: how often, when, and who has to agree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which nobody gets a push, by the clock of whoever would get it. They may go over midnight."""

    begin: time
    end: time


_QUIET = re.compile(r"(\d{1,2}:\d{2}) ?[-–] ?(\d{1,2}:\d{2})")


def read_quiet(text: str) -> Quiet | None:
    """ "21:00-09:00"; None for what does not name two different times of a day."""
    found = _QUIET.fullmatch(text.strip())
    try:
        begin, end = (time.fromisoformat(part.rjust(5, "0")) for part in found.groups()) if found else (None, None)
    except ValueError:
        return None
    return Quiet(begin, end) if begin is not None and end is not None and begin != end else None


def quiet_text(text: str) -> str:
    """The text if it can be read, or is empty. Raises ValueError with how to write it."""
    if text and read_quiet(text) is None:
        raise ValueError('are two times of a day; write them like "21:00-09:00"')
    return text


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
    #: Messages a second of a push that is paid for; 0: none may be.
    paid_rate: float = 0.0
