"""What is at hand for one person: letters that their turns have written, or that the log has given, in order."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.services.outgoing import Letter


@dataclass(slots=True)
class Mailbag:
    """Of one person to whom something is being sent, or about to be."""

    #: Look into the log before it ends.
    again: bool = False
    #: A task sends.
    sends: bool = False
    #: The log is being read at this moment.
    reads: bool = False
    #: Since when (`Clock.monotonic`) a turn is about to hand over what it writes: the log is not read before.
    held: float | None = None
    #: One did not simply arrive: the order may be another by now, and what follows is to be read from the log.
    broken: bool = False
    #: Whatever waits for the person, up to the line with this number, is at hand.
    up_to: int = 0
    #: Each with the moment (`Clock.monotonic`) until which it may be sent; infinite: as long as this process leads.
    letters: deque[tuple[Letter, float]] = field(default_factory=deque)

    def add(self, letters: Iterable[Letter], until: float) -> None:
        """These too, behind the others. Nothing else that waits for the person has a lower number."""
        for letter in letters:
            self.letters.append((letter, until))
            self.up_to = max(one.number for one in (letter, *letter.joined))

    def leave(self) -> list[Letter]:
        """Nothing is at hand any more; returns what was this worker's alone, and has to be given back to the log."""
        self.broken, self.up_to = True, 0
        ours = [letter for letter, until in self.letters if not math.isinf(until)]
        self.letters.clear()
        return ours
