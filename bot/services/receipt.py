"""What became of one attempt to send: the only thing the rest of the house knows of Telegram's answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Outcome(StrEnum):
    """How an attempt ended."""

    SENT = "sent"
    #: The person blocked the bot or never started it; cured when they write.
    BLOCKED = "blocked"
    #: The account or chat is gone for good.
    GONE = "gone"
    #: Telegram refuses the content or the target; trying again changes nothing.
    REFUSED = "refused"
    #: Telegram or the network says later: nothing was sent.
    RETRY = "retry"
    #: It may or may not have been sent: the answer was lost.
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The end of one attempt. `reason` is a short sentence for staff, without secrets."""

    outcome: Outcome
    #: Telegram's message id where it was sent.
    telegram_id: int | None = None
    reason: str = ""
    #: The ids of all parts, where it was an album.
    telegram_ids: tuple[int, ...] = ()
    #: Seconds to wait before the next attempt, for RETRY.
    retry_after: float | None = None

    def part(self, place: int) -> Receipt:
        """The end of the part at a place, counted from 0: in an album each has its own id."""
        if place < len(self.telegram_ids):
            return replace(self, telegram_id=self.telegram_ids[place], telegram_ids=())
        return self
