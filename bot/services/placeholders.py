"""Texts with {placeholders}, filled in for one person: the flow's own, and canned answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.flow import engine
from bot.flow.wording import Text
from bot.services import people
from bot.services.phrases import phrases
from bot.services.setup import Setup


def fill(db: Session, user_id: int, text: Text, *, setup: Setup, now: datetime) -> str:
    """The text as HTML for this person, in their language; values are escaped and never read again."""
    person = people.person(db, user_id, setup=setup, now=now)
    words = phrases(person.language or setup.language)
    return engine.fill(setup.flow, people.place(db, user_id), person, text, phrases=words)
