"""What somebody hears who asks for staff while nobody is at the desk."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_datetime
from sqlalchemy.orm import Session

from bot import texts
from bot.services import messages
from bot.services.outgoing_queue import sentence
from bot.services.setup import Setup


def tell(db: Session, user_id: int, language: str | None, *, setup: Setup, now: datetime) -> frozenset[int]:
    """Say when somebody will be back, in the person's language and the bot's zone; nothing while the desk is open."""
    opens = setup.support.hours.opening(now, setup.zone)
    if opens == now:
        return frozenset()
    spoken = texts.nearest(language or setup.language)
    if opens is None:
        words = texts.say(spoken, "support_time.closed_open")
    else:
        wall = format_datetime(opens.astimezone(setup.zone), "EEE d MMM yyyy, HH:mm", locale=spoken)
        words = texts.say(spoken, "support_time.closed", time=f"{wall} {setup.zone.key}")
    messages.write(db, [sentence(user_id, words)], now=now)
    return frozenset({user_id})
