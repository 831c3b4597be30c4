"""The preview of a push: the real thing, sent to the admin who asks, who stays where they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.flow.effects import Say
from bot.services import messages, people, push_content, push_letters, pushes
from bot.services.outgoing_queue import SUPPORT, outgoing
from bot.services.roles import Actor, Role, require
from bot.services.setup import Setup


def preview(
    db: Session, push_id: int, *, language: str | None = None, by: Actor, setup: Setup, now: datetime
) -> frozenset[int]:
    """Queue what the push says, as the admin would get it, or with `language` as somebody who speaks that one.

    Nothing else of it happens. Returns the admin. Refused where it cannot be sent as it stands.
    """
    require(by, Role.ADMIN)
    push = pushes.get(db, push_id, lock=True)
    if (fault := push_content.missing(db, push, setup)) is not None:
        raise fault
    person, place = people.person(db, by.id, setup=setup, now=now), people.place(db, by.id)
    if language is not None:
        person = replace(person, language=language)
    turn = push_letters.of_push(db, push).to(person, place, setup)
    said = [effect.content for effect in turn.effects if isinstance(effect, Say)]
    numbers = messages.write(db, [outgoing(by.id, content, author="push", lane=SUPPORT) for content in said], now=now)
    push.previewed_by, push.previewed_number = by.id, next(iter(numbers), None)
    db.flush()
    return frozenset({by.id})
