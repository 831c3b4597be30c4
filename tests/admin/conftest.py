"""The people at and before the desk, in a database where all have said hello."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from bot.flow.heard import Started, Wrote
from bot.services import variables
from bot.services.conversations import Incoming
from bot.services.people import Sender
from tests.admin.hand import Hand, hears
from tests.ui.cast import ADA, OTTO, SARA, SETUP, VERA, everyone, sender


@pytest.fixture(autouse=True)
def people(db: Session) -> None:
    """Everyone is there, and the flow's variables are declared."""
    variables.declare(db, SETUP.flow)
    everyone(db)


@pytest.fixture
def sara(db: Session) -> Hand:
    """A member of staff."""
    return Hand(db, SARA)


@pytest.fixture
def ada(db: Session) -> Hand:
    """The owner."""
    return Hand(db, ADA)


@pytest.fixture
def otto(db: Session) -> Hand:
    """A stranger."""
    return Hand(db, OTTO)


@pytest.fixture
def asks(db: Session) -> Callable[[str], frozenset[int]]:
    """Vera asks for a person with these words: the bot is silent for her from then on."""

    def ask(words: str) -> frozenset[int]:
        vera = sender(VERA)
        hears(db, vera, Incoming(vera, Started()))
        return hears(db, vera, Incoming(vera, Wrote(words), words=words, telegram_id=7))

    return ask


def says(db: Session, who: Sender, words: str) -> frozenset[int]:
    """Somebody writes to the bot."""
    return hears(db, who, Incoming(who, Wrote(words), words=words))
