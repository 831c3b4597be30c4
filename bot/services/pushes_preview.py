"""The preview of a push: the real thing, sent to the admin who asks, who stays where they are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.flow import engine
from bot.flow.effects import Say
from bot.services import messages, people, pushes
from bot.services.outgoing_queue import SUPPORT, outgoing
from bot.services.phrases import phrases
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role, require
from bot.services.setup import Setup


def preview(db: Session, push_id: int, *, by: Actor, setup: Setup, now: datetime) -> frozenset[int]:
    """Queue what the push says, as the admin would get it; nothing else of it happens. Returns the admin.

    Refused where the push has no block, or one that the flow does not have.
    """
    require(by, Role.ADMIN)
    push = pushes.get(db, push_id)
    if push.start is None:
        raise Refusal("push.no_start")
    if push.start not in setup.flow.blocks:
        raise Refusal("push.no_block", block=push.start)
    person, place = people.person(db, by.id, setup=setup, now=now), people.place(db, by.id)
    words = phrases(by.language or setup.language)
    turn = engine.open_block(setup.flow, place, person, push.start, phrases=words)
    said = [effect.content for effect in turn.effects if isinstance(effect, Say)]
    messages.write(db, [outgoing(by.id, content, author="push", lane=SUPPORT) for content in said], now=now)
    return frozenset({by.id})
