"""The answer of another server comes back into the conversation, as one transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.flow.answer import Answer, answered
from bot.services import calls, people, people_scene
from bot.services.calls import Due
from bot.services.conversation_turn import Voice, carry_out
from bot.services.phrases import phrases
from bot.services.setup import Setup


def answer(db: Session, due: Due, answer: Answer, *, setup: Setup, now: datetime) -> frozenset[int]:
    """Carry an answer on, once; returns whom there is something to send to."""
    user = people.locked(db, due.user_id)
    if not calls.settle(db, due.id):
        return frozenset()
    scene = people_scene.scene(db, user.id)
    person = people.person_of(db, user, staff_reachable=scene.staff_reachable, setup=setup, now=now)
    words, silent = phrases(user.language or setup.language), user.bot_off_since is not None
    turn = answered(setup.flow, scene.place, person, due.call, answer, phrases=words, silent=silent)
    return carry_out(db, user, scene, turn, [], voice=Voice(), setup=setup, now=now).pending
