"""The office: a bot at work on a fresh database."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.clock import FakeClock
from tests.services.office import Office


@pytest.fixture
def office(db: Session, clock: FakeClock) -> Office:
    """Ada owns the bot, Sara and Sam are staff; all three have met it."""
    return Office(db, clock)
