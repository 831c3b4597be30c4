"""The people of the tests of screens, and the installation they meet in."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.flow import parse
from bot.services import people
from bot.services.people import Sender
from bot.services.setup import Setup
from models import User
from tests.clock import NOON

VERA, VICTOR, SARA, SAM, ADA, OTTO = 101, 102, 201, 202, 301, 401

#: An admin who is not an owner; made by Ada.
ALMA = 302

FLOW = """
start = "welcome"
fallback = "welcome"

[variables]
city = { type = "text", label = "City" }
age = { type = "number", label = "Age", min = 0, max = 120 }

[[commands]]
name = "hours"
to = "hours"

[blocks.welcome]
say = "Hello."

[[blocks.welcome.connections]]
button = "Hours"
to = "hours"

[[blocks.welcome.connections]]
input = { store = "city", type = "text" }
actions = [{ do = "service_operator" }]
to = "hours"

[[blocks.welcome.connections]]
button = "How old?"
to = "how_old"

[blocks.how_old]
say = "How old?"

[[blocks.how_old.connections]]
input = { store = "age", type = "number" }
to = "hours"

[blocks.hours]
say = "9 to 18."
to = "welcome"
"""

SETUP = Setup(
    flow=parse(FLOW, folder=None),
    bot_id=1,
    bot_username="desk_bot",
    owners=frozenset({ADA}),
    staff=frozenset({SARA, SAM}),
    zone=ZoneInfo("Europe/Vienna"),
)

_SENDERS = (
    Sender(VERA, "Vera", "Visitor", "vera", "en"),
    Sender(VICTOR, "Victor", None, None, "de"),
    Sender(SARA, "Sara", None, "sara", "en"),
    Sender(SAM, "Sam", None, "sam", "de"),
    Sender(ADA, "Ada", None, "ada", "en"),
    Sender(ALMA, "Alma", None, None, "en"),
    Sender(OTTO, "Otto", None, None, "en"),
)


def sender(who: int) -> Sender:
    """One of the people, as Telegram names them."""
    return next(sender for sender in _SENDERS if sender.id == who)


def everyone(db: Session) -> None:
    """All have said hello at noon; Alma is an admin."""
    for sender in _SENDERS:
        people.meet(db, sender, setup=SETUP, now=NOON)
    alma = db.get_one(User, ALMA)
    alma.role = "admin"
    db.flush()
