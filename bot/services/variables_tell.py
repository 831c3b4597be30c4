"""Telling a person that staff changed what is known of them, if the flow says so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.flow import engine
from bot.services import people, people_scene
from bot.services.conversation_turn import Voice, carry_out
from bot.services.phrases import phrases
from bot.services.setup import Setup


def tell(db: Session, user_id: int, name: str, *, setup: Setup, now: datetime) -> frozenset[int]:
    """Say what the variable's `tell` says; returns whom there is something to send to.

    Nothing is said while the bot is off for them, since it would speak into their talk with staff.
    """
    user = people.locked(db, user_id)
    variable = setup.flow.variables.get(name)
    if variable is None or variable.tell is None or user.bot_off_since is not None:
        return frozenset()
    scene = people_scene.scene(db, user_id)
    person = people.person_of(db, user, staff_reachable=scene.staff_reachable, setup=setup, now=now)
    turn = engine.tell(setup.flow, scene.place, person, name, phrases=phrases(user.language or setup.language))
    return carry_out(db, user, scene, turn, [], voice=Voice(), setup=setup, now=now).pending
