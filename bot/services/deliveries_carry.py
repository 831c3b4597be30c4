"""Carrying on: what came back is noted and the next people are claimed, in one short transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.services.deliveries_claim import Parcel, claim
from bot.services.deliveries_note import Attempt, note
from bot.services.setup import Setup


@dataclass(frozen=True, slots=True)
class Carried:
    """Whom to send to next, and whom there is something to send to besides."""

    parcels: tuple[Parcel, ...] = ()
    pending: frozenset[int] = frozenset()


def carry(
    db: Session,
    run_id: int,
    attempts: Sequence[Attempt],
    *,
    room: int,
    rest: timedelta | None = None,
    later: datetime | None = None,
    setup: Setup,
    now: datetime,
) -> Carried:
    """Note the attempts (`deliveries_note.note`), and claim up to `room` people (`deliveries_claim.claim`).

    Both or neither: whoever is claimed after a crash was claimed by a transaction whose parcels were handed over.
    """
    pending = note(db, run_id, attempts, rest=rest, setup=setup, now=now) if attempts else frozenset()
    parcels = claim(db, run_id, limit=room, later=later, setup=setup, now=now) if room else ()
    return Carried(parcels, pending)
