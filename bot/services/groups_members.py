"""Who is in a group at this moment: how many, some of them, page by page."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.rules import Rule
from bot.services import audience, users_list
from bot.services.audience import Count, Page
from bot.services.audience_order import Key
from bot.services.groups import NOBODY
from bot.services.setup import Setup
from models import User

#: People that a card names as an example.
SAMPLE = 5


def count(db: Session, rule: Rule | None, *, setup: Setup, now: datetime, cap: int | None = audience.CAP) -> Count:
    """How many people a group has, or would have with this rule: counted up to `cap`, or with None to the end.

    Raises a Refusal for a rule with more conditions than can be asked.
    """
    if rule == NOBODY:
        return Count(0, True)
    return audience.count(db, rule, now=now.astimezone(setup.zone), cap=cap)


def page(
    db: Session,
    rule: Rule | None,
    *,
    setup: Setup,
    now: datetime,
    after: Key | None = None,
    before: Key | None = None,
    size: int = 8,
) -> Page:
    """The members after a place, or right before it, newest activity first."""
    if rule == NOBODY:
        return Page((), None, None)
    return audience.page(db, rule, now=now.astimezone(setup.zone), after=after, before=before, size=size)


def sample(db: Session, rule: Rule | None, *, setup: Setup, now: datetime) -> list[User]:
    """Some members: those who were here last."""
    return users_list.in_order(db, page(db, rule, setup=setup, now=now, size=SAMPLE).ids)
