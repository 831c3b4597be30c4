"""Conversations: what happens when a person writes, as one transaction; blocks that are opened from outside."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from bot.flow import engine
from bot.services import people, people_scene, waits
from bot.services.conversation_page import ConversationPage, PageLine, last_before, line, page
from bot.services.conversation_turn import Voice, carry_out
from bot.services.conversations_hear import Outcome, Said, hear, hear_all
from bot.services.incoming import Incoming, Pace
from bot.services.outgoing_queue import ANSWERS
from bot.services.people import Sender
from bot.services.people_scene import Scene
from bot.services.phrases import phrases
from bot.services.setup import Setup

__all__ = [
    "ConversationPage",
    "Incoming",
    "Outcome",
    "Pace",
    "PageLine",
    "Said",
    "Sender",
    "hear",
    "hear_all",
    "last_before",
    "line",
    "open_block",
    "page",
    "wake",
]


def open_block(
    db: Session,
    user_id: int,
    block: str,
    *,
    author: str = "flow",
    author_id: int | None = None,
    lane: int = ANSWERS,
    setup: Setup,
    now: datetime,
) -> Outcome:
    """Open a block for somebody we have met: a push, an admin. One that is gone is only noted in the log."""
    user = people.locked(db, user_id)
    return Outcome(_open(db, user, people_scene.scene(db, user_id), block, Voice(author, author_id, lane), setup, now))


def _open(
    db: Session,
    user: Row[Any],
    scene: Scene,
    block: str,
    voice: Voice,
    setup: Setup,
    now: datetime,
    *,
    aside: bool = False,
) -> frozenset[int]:
    person = people.person_of(db, user, staff_reachable=scene.staff_reachable, setup=setup, now=now)
    words = phrases(user.language or setup.language)
    turn = engine.open_block(setup.flow, scene.place, person, block, aside=aside, phrases=words)
    return carry_out(db, user, scene, turn, [], voice=voice, setup=setup, now=now).pending


def wake(db: Session, user_id: int, block: str, *, setup: Setup, now: datetime) -> Outcome:
    """Open the block that a person's wait leads to, if it is over and still wanted (see `waits.due`)."""
    user = people.locked(db, user_id)
    over = None if user.bot_off_since is not None else waits.take(db, user_id, block, now)
    if over is None:
        return Outcome()
    return Outcome(_open(db, user, people_scene.scene(db, user_id), block, Voice(), setup, now, aside=over.keep))
